#include "search/similar_words.h"

#include <algorithm>
#include <map>
#include <optional>

#include "search/fields.h"

namespace dms::search {

namespace {

// Terms looked at in one list; some 20 ms.
constexpr int steps_max = 10'000;
constexpr std::size_t letters_for_two = 8;
constexpr std::size_t letters_for_one = 4;

// The rows of the table of distances between the beginnings of two words, one for each letter of
// the second, kept while the second changes from some letter on.
class DistanceRows {
 public:
  DistanceRows(std::string_view word, unsigned most) : word_(word), most_(most) {
    rows_.emplace_back();
    for (unsigned i = 0; i <= word.size(); ++i) rows_.front().push_back(i);
  }

  // Makes `other` the second word. Returns the length of its shortest beginning that no word within
  // `most` has; nullopt where there is none.
  std::optional<std::size_t> set(std::string_view other) {
    const auto differs = std::mismatch(other.begin(), other.end(), other_.begin(), other_.end());
    auto same = static_cast<std::size_t>(differs.first - other.begin());
    same = std::min(same, rows_.size() - 1);
    rows_.resize(same + 1);
    other_.assign(other);
    while (rows_.size() <= other.size()) {
      add_row();
      if (is_dead()) return rows_.size() - 1;
    }
    return std::nullopt;
  }

  unsigned distance() const { return rows_.back().back(); }

 private:
  using Row = std::vector<unsigned>;

  void add_row() {
    const std::size_t at = rows_.size();
    const Row& above = rows_.back();
    Row row{static_cast<unsigned>(at)};
    for (std::size_t i = 1; i <= word_.size(); ++i) {
      const bool equal = word_[i - 1] == other_[at - 1];
      unsigned least = std::min({above[i] + 1, row[i - 1] + 1, above[i - 1] + (equal ? 0U : 1U)});
      const bool exchanged =
          at > 1 && i > 1 && word_[i - 1] == other_[at - 2] && word_[i - 2] == other_[at - 1];
      if (exchanged) least = std::min(least, rows_[at - 2][i - 2] + 1);
      row.push_back(least);
    }
    rows_.push_back(std::move(row));
  }

  static unsigned least(const Row& row) { return *std::min_element(row.begin(), row.end()); }
  // An exchange reaches back over one row.
  bool is_dead() const {
    return least(rows_.back()) > most_ && least(rows_[rows_.size() - 2]) + 1 > most_;
  }

  std::string_view word_;
  std::string other_;
  unsigned most_;
  std::vector<Row> rows_;
};

// The first term behind all that begin with `beginning`, whose last byte is not 0xFF.
std::string behind(std::string beginning) {
  beginning.back() = static_cast<char>(static_cast<unsigned char>(beginning.back()) + 1);
  return beginning;
}

using Found = std::map<std::string, SimilarWord>;

// Adds the words of a list of terms, which begin with `mark` and then `begin`.
void walk(const Xapian::Database& database, std::string_view mark, std::string_view begin,
          std::string_view word, unsigned most, std::size_t& terms_left, Found& found) {
  DistanceRows rows(word, most);
  const std::string prefix = std::string(mark).append(begin);
  auto at = database.allterms_begin(prefix);
  const auto end = database.allterms_end(prefix);
  if (prefix.empty()) at.skip_to("a");  // prefixes are capitals
  for (int steps = 0; at != end && steps < steps_max && terms_left > 0; ++steps, --terms_left) {
    const std::string term = *at;
    const std::string_view exact = std::string_view(term).substr(
        mark.size(), term.find(fields::written_divider, mark.size()) - mark.size());
    if (const auto dead = rows.set(exact)) {
      const std::size_t length = mark.size() + *dead;
      if (static_cast<unsigned char>(term[length - 1]) == 0xFF) return;
      at.skip_to(behind(term.substr(0, length)));
      continue;
    }
    if (rows.distance() <= most && exact != word) {
      SimilarWord& known = found[std::string(exact)];
      known.exact = exact;
      known.distance = rows.distance();
      known.documents = std::max(known.documents, at.get_termfreq());
    }
    ++at;
  }
}

}  // namespace

unsigned mistakes_max(std::size_t letters) {
  if (letters >= letters_for_two) return 2;
  return letters >= letters_for_one ? 1 : 0;
}

unsigned distance_within(std::string_view a, std::string_view b, unsigned most) {
  DistanceRows rows(a, most);
  return rows.set(b) ? most + 1 : rows.distance();
}

std::vector<SimilarWord> similar_words(const Xapian::Database& database, std::string_view word,
                                       std::size_t& terms_left) {
  Found found;
  const unsigned most = mistakes_max(word.size());
  if (most == 0) return {};
  for (const std::string_view mark : {fields::written_mark, std::string_view()}) {
    walk(database, mark, {}, word, 1, terms_left, found);
    if (most > 1) walk(database, mark, word.substr(0, 1), word, most, terms_left, found);
  }
  std::vector<SimilarWord> words;
  for (auto& [exact, similar] : found) words.push_back(std::move(similar));
  std::sort(words.begin(), words.end(), [](const SimilarWord& a, const SimilarWord& b) {
    if (a.distance != b.distance) return a.distance < b.distance;
    return a.documents != b.documents ? a.documents > b.documents : a.exact < b.exact;
  });
  return words;
}

}  // namespace dms::search
