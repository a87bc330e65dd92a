#include "search/compound_rules.h"

#include <algorithm>
#include <array>
#include <optional>

namespace dms::search {

namespace {

using Price = std::uint32_t;

constexpr Price none = UINT32_MAX;
constexpr std::size_t part_bytes_min = 3;
constexpr std::size_t compound_bytes_min = 6;
// A word made of a prefix and a known one ("umbau"), which need not be listed.
constexpr Price prefix_price = 4;
// A long word of the dictionary may itself be a compound ("formataenderungen").
constexpr std::size_t long_word_bytes = 10;
constexpr Price long_word_price = 23;
constexpr Price plain_word_price_max = 15;
// Parts that are dearer on average are more often chance than a compound: measured on words
// labelled by hand (tests/relevance).
constexpr Price part_price_max = 12;

// Those that are written apart from the verb and make nouns by themselves. Inseparable ones (be-,
// er-, ver-) stand before too much that only looks like a word.
constexpr std::array<std::string_view, 47> prefixes = {
    "ab",       "an",         "auf",      "aus",         "bei",        "durch",   "ein",
    "entgegen", "fort",       "gegen",    "her",         "hin",        "hinter",  "mit",
    "nach",     "nieder",     "rueck",    "ueber",       "um",         "un",      "unter",
    "vor",      "weiter",     "wider",    "wieder",      "zu",         "zurueck", "zusammen",
    "hervor",   "heraus",     "hinzu",    "herab",       "herbei",     "vorbei",  "voran",
    "voraus",   "gegenueber", "zugrunde", "auseinander", "aneinander", "zurecht", "empor",
    "umher",    "daneben",    "davon",    "dazu",        "davor"};

// "Neubau", "Neuordnung": made of verbs, and one word; but "Neu|bürger".
constexpr std::string_view new_prefix = "neu";
constexpr std::array<std::string_view, 6> new_endings = {"ung", "ungen", "ungs",
                                                         "bau", "baus",  "bauten"};

bool is_new_making(std::string_view word) {
  return word.starts_with(new_prefix) &&
         std::any_of(new_endings.begin(), new_endings.end(),
                     [&](std::string_view ending) { return word.ends_with(ending); });
}

class Division {
 public:
  Division(const CompoundWords& words, std::string_view exact)
      : words_(words), text_(exact), prefixes_at_(exact.size()) {
    for (std::size_t begin = 0; begin < text_.size(); ++begin) {
      for (const std::string_view prefix : prefixes) {
        if (text_.substr(begin, prefix.size()) == prefix) {
          prefixes_at_[begin].push_back(static_cast<std::uint8_t>(prefix.size()));
        }
      }
    }
  }

  // The places, and the price in `price`.
  std::vector<std::uint8_t> cheapest(Price& price) {
    const std::size_t size = text_.size();
    best_.assign(size + 1, {});
    best_[0].price = 0;
    for (std::size_t end = part_bytes_min; end + part_bytes_min <= size; ++end) extend(end);
    std::size_t last = 0;
    price = none;
    for (std::size_t begin = part_bytes_min; begin + part_bytes_min <= size; ++begin) {
      if (best_[begin].price == none) continue;
      const Price total = add(best_[begin].price, last_price(begin));
      if (total < price) {
        price = total;
        last = begin;
      }
    }
    std::vector<std::uint8_t> places;
    for (; last > 0; last = best_[last].begin) places.push_back(static_cast<std::uint8_t>(last));
    std::reverse(places.begin(), places.end());
    return places;
  }

  // Of the word as one; none where it is not known.
  Price whole_price() const {
    const CompoundWord word = words_.find(text_);
    if ((word.marks & CompoundWord::whole) != 0) return 0;
    if (is_new_making(text_) && after_prefix(0, text_.size(), &CompoundWord::last) != none)
      return 0;
    if (word.last == 0) return after_prefix(0, text_.size(), &CompoundWord::last);
    return text_.size() < long_word_bytes ? word.last : long_word_price;
  }

 private:
  struct Place {
    Price price = none;  // of the parts that end here
    std::size_t begin = 0;
    bool verb_stem = false;  // the last of them
  };

  static Price add(Price a, Price b) { return a == none || b == none ? none : a + b; }

  void extend(std::size_t end) {
    Place& here = best_[end];
    for (std::size_t begin = 0; begin + part_bytes_min <= end; ++begin) {
      if (best_[begin].price == none) continue;
      const std::string_view part = text_.substr(begin, end - begin);
      const CompoundWord word = words_.find(part);
      Price own = word.before == 0 ? none : word.before;
      if (own == none || is_new_making(part))
        own = std::min(own, derived(begin, end, word, &CompoundWord::before));
      const Price total = add(best_[begin].price, own);
      if (total >= here.price) continue;
      here = {total, begin, (word.marks & CompoundWord::verb_stem) != 0 && word.before != 0};
    }
  }

  Price last_price(std::size_t begin) const {
    const std::string_view part = text_.substr(begin);
    // "besteh-ende", "stell-test": forms of verbs.
    if (best_[begin].verb_stem && (part.starts_with("end") || part.starts_with("test")))
      return none;
    const CompoundWord word = words_.find(part);
    Price own = word.last == 0 ? none : word.last;
    if (own == none || is_new_making(part))
      own = std::min(own, derived(begin, text_.size(), word, &CompoundWord::last));
    return own;
  }

  // Of a prefix and a known word; barred ones are neither.
  Price derived(std::size_t begin, std::size_t end, CompoundWord word,
                std::uint8_t CompoundWord::*price) const {
    return (word.marks & CompoundWord::barred) != 0 ? none : after_prefix(begin, end, price);
  }

  Price after_prefix(std::size_t begin, std::size_t end, std::uint8_t CompoundWord::*price) const {
    const std::size_t rest_min = price == &CompoundWord::last ? 3 : 4;
    Price least = none;
    const auto consider = [&](std::size_t prefix_size, Price prefix_costs) {
      if (end - begin < prefix_size + rest_min) return;
      const auto rest = text_.substr(begin + prefix_size, end - begin - prefix_size);
      const std::uint8_t price_of_rest = words_.find(rest).*price;
      if (price_of_rest != 0) least = std::min(least, price_of_rest + prefix_costs);
    };
    for (const std::uint8_t size : prefixes_at_[begin]) consider(size, prefix_price);
    if (is_new_making(text_.substr(begin, end - begin))) consider(new_prefix.size(), 1);
    return least;
  }

  const CompoundWords& words_;
  std::string_view text_;
  std::vector<Place> best_;
  std::vector<std::vector<std::uint8_t>> prefixes_at_;  // their sizes
};

}  // namespace

std::vector<std::uint8_t> split_compound(const CompoundWords& words, std::string_view exact,
                                         bool known_whole) {
  if (exact.size() < compound_bytes_min || exact.size() > compound_bytes_max) return {};
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (!std::all_of(exact.begin(), exact.end(), is_letter)) return {};
  Division division(words, exact);
  const Price whole = known_whole ? division.whole_price() : none;
  if (whole < plain_word_price_max) return {};
  Price price = none;
  std::vector<std::uint8_t> places = division.cheapest(price);
  if (whole <= price || price > part_price_max * (places.size() + 1)) return {};
  return places;
}

}  // namespace dms::search
