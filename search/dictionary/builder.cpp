#include "search/dictionary/builder.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "dms/base/text.h"
#include "search/dictionary/hunspell.h"
#include "search/dictionary/supplement.h"

namespace dms::search::dictionary {

namespace {

// Flags of hunspell's German dictionary.
constexpr std::string_view noun_suffixes = "SEPTNpRJFMqQ";
constexpr std::string_view linked_flags = "ijke";  // a part before the end, as it stands
constexpr std::string_view verb_flags = "DIXYJ";
constexpr char compound_end_flag = 'z';
constexpr char root_only_flag = 'h';
constexpr char forbidden_flag = 'd';

constexpr std::array<std::string_view, 6> s_linked_endings = {"ung",    "heit", "keit",
                                                              "schaft", "taet", "ion"};
constexpr std::array<std::string_view, 13> noun_endings = {
    "", "e", "en", "n", "s", "es", "er", "ern", "nen", "se", "sen", "ses", "in"};
constexpr std::array<std::string_view, 17> whole_endings = {
    "",    "s",   "es",  "e",  "en",    "n",  "er",  "ern", "se",
    "sen", "ses", "nen", "in", "innen", "ns", "ens", "em"};
constexpr std::size_t compound_bytes_min = 7;

template <class Endings>
bool ends_with_any(std::string_view word, const Endings& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return word.ends_with(ending); });
}

bool is_any_of(const HunspellWord& word, std::string_view flags) {
  return word.flags.find_first_of(flags) != std::string::npos;
}

enum class Writing : std::uint8_t { small, capital, other };

// "Haus", "haus", and the rest ("EU", "O-Ton", "GmbH").
Writing writing_of(std::string_view word) {
  const std::u32string points = to_code_points(word);
  const auto is_small = [](char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7);
  };
  const auto is_capital = [](char32_t c) {
    return (c >= U'A' && c <= U'Z') || (c >= 0xC0 && c < 0xDF && c != 0xD7);
  };
  if (points.size() < 3 || !std::all_of(points.begin() + 1, points.end(), is_small)) {
    return Writing::other;
  }
  if (is_small(points.front())) return Writing::small;
  return is_capital(points.front()) ? Writing::capital : Writing::other;
}

struct ListedWords {
  std::unordered_set<std::string> capital;
  std::unordered_set<std::string> small;
};

ListedWords read_list(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  ListedWords words;
  for (std::string line; std::getline(file, line);) {
    const Writing writing = writing_of(line);
    if (writing == Writing::capital) words.capital.insert(fold_german(line));
    if (writing == Writing::small) words.small.insert(fold_german(line));
  }
  return words;
}

class Builder {
 public:
  explicit Builder(const Sources& sources)
      : words_(read_words(sources.hunspell_words)),
        suffixes_(sources.hunspell_affixes),
        listed_(read_list(sources.word_list)),
        supplement_(read_supplement(sources.supplement)) {}

  WordTable build() {
    for (const std::string& word : supplement_.barred) table_.bar(word);
    for (const std::string& word : supplement_.barred_last) table_.bar_last(word);
    for (const HunspellWord& word : words_) add_hunspell(word);
    add_wholes();
    add_supplement();
    add_listed();
    keep_small_words_whole();
    return std::move(table_);
  }

 private:
  void add_hunspell(const HunspellWord& word) {
    const Writing writing = writing_of(word.word);
    if (writing == Writing::other || word.has(forbidden_flag)) return;
    const std::string exact = fold_german(word.word);
    if (is_any_of(word, linked_flags)) {
      linked_.insert(exact);
      table_.add_before(exact, exact.size() > 3 ? 10 : 13);
      table_.mark_whole(exact);
    }
    if (word.has(root_only_flag)) return;
    if (writing == Writing::capital || word.has(compound_end_flag)) {
      for (const std::string& form : suffixes_.forms(word, noun_suffixes)) {
        add_noun_form(fold_german(form));
      }
      add_linked_forms(word, exact);
    }
    if (writing == Writing::small && is_any_of(word, verb_flags)) add_verb_stem(exact);
  }

  void add_noun_form(const std::string& form) {
    table_.add_last(form, form.size() > 4 ? 10 : form.size() == 4 ? 12 : 17);
    if (ends_with_any(form, s_linked_endings)) table_.add_before(form + "s", 11);
  }

  // The forms a noun may take before another, the likely ones cheap.
  void add_linked_forms(const HunspellWord& word, const std::string& exact) {
    constexpr std::array<std::string_view, 3> plurals = {"ungen", "heiten", "keiten"};
    if (ends_with_any(exact, plurals)) return;
    if (ends_with_any(exact, s_linked_endings)) {
      table_.add_before(exact, 20);
      return;
    }
    const bool is_long = exact.size() > 3;
    table_.add_before(exact, is_long ? 12 : 16);
    if (word.has('S')) table_.add_before(exact + "s", is_long ? 15 : 20);
    if (!is_long) return;
    if (word.has('T')) table_.add_before(exact + "es", 18);
    if (word.has('P')) table_.add_before(exact + "en", 15);
    if (word.has('N')) table_.add_before(exact + "n", exact.ends_with('e') ? 13 : 16);
    if (word.has('R')) table_.add_before(exact + "er", 16);
    if (word.has('E')) table_.add_before(exact + "e", 18);
  }

  void add_verb_stem(const std::string& infinitive) {
    constexpr std::array<std::string_view, 3> endings = {"en", "ern", "eln"};
    if (!ends_with_any(infinitive, endings)) return;
    const std::size_t cut = infinitive.ends_with("en") ? 2 : 1;
    const std::string stem = infinitive.substr(0, infinitive.size() - cut);
    table_.add_before(stem, stem.size() > 3 ? 20 : 23, CompoundWord::verb_stem);
  }

  bool divides(const std::string& exact) const {
    return exact.size() >= compound_bytes_min && !split_compound(table_, exact, false).empty();
  }

  void add_whole(const std::string& form) {
    table_.mark_whole(form);
    table_.add_last(form, 8);
    table_.add_before(form, 8);
  }

  // "grundsaetze" of "grundsatz": the plural that the word list knows.
  void add_mutated(std::string word) {
    const std::size_t vowel = word.find_last_of("aou");
    if (vowel == std::string::npos) return;
    // "haus" becomes "haeuser".
    const bool diphthong = word[vowel] == 'u' && vowel > 0 && word[vowel - 1] == 'a';
    word.insert(diphthong ? vowel : vowel + 1, "e");
    for (const std::string_view ending : whole_endings) {
      const std::string form = word + std::string(ending);
      if (listed_.capital.contains(form)) add_whole(form);
    }
  }

  // What is known as a part of longer words is one word itself: "haushalts", "arbeitgeber".
  void add_wholes() {
    for (const std::string& word : supplement_.wholes) {
      for (const std::string_view ending : whole_endings) add_whole(word + std::string(ending));
      add_mutated(word);
    }
    for (const std::string& linked : linked_) {
      if (linked.size() < compound_bytes_min) continue;
      std::vector<std::string> bases{linked};
      if (linked.ends_with('s')) bases.push_back(linked.substr(0, linked.size() - 1));
      for (const std::string& base : bases) {
        for (const std::string_view ending : whole_endings) {
          const std::string form = base + std::string(ending);
          if (listed_.capital.contains(form)) add_whole(form);
        }
        add_mutated(base);
      }
    }
  }

  // A noun of the supplement that divides by itself needs no entry and would only hide its parts.
  void add_supplement() {
    for (const auto& [word, before] : supplement_.nouns) {
      if (divides(word)) continue;
      for (const std::string_view ending : noun_endings) {
        const std::string form = word + std::string(ending);
        table_.add_last(form, form.size() > 3 ? 10 : 16);
      }
      table_.add_before(word, before.empty() ? 10 : 12);
      if (!before.empty()) table_.add_before(before, 10);
    }
    for (const std::string& before : supplement_.before) {
      if (!divides(before)) table_.add_before(before, 10);
    }
  }

  // Nouns of the word list that neither stand in hunspell's nor divide, shorter ones first.
  void add_listed() {
    std::vector<std::string> sorted(listed_.capital.begin(), listed_.capital.end());
    std::sort(sorted.begin(), sorted.end(), [](const std::string& a, const std::string& b) {
      return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
    });
    for (const std::string& word : sorted) {
      const CompoundWord known = table_.find(word);
      if (known.last != 0 || (known.marks & CompoundWord::barred) != 0) continue;
      if (!split_compound(table_, word).empty()) continue;
      table_.add_last(word, word.size() > 4 ? 11 : 15);
      if (ends_with_any(word, s_linked_endings)) {
        table_.add_before(word + "s", 12);
      } else {
        table_.add_before(word, word.size() > 3 ? 16 : 22);
      }
    }
  }

  // Adjectives and forms of verbs that look like compounds of nouns: "allerdings", "spezielle".
  void keep_small_words_whole() {
    for (const std::string& word : listed_.small) {
      if (listed_.capital.contains(word) || table_.find(word).last != 0) continue;
      if (!split_compound(table_, word).empty()) table_.mark_whole(word);
    }
  }

  std::vector<HunspellWord> words_;
  Suffixes suffixes_;
  ListedWords listed_;
  Supplement supplement_;
  std::unordered_set<std::string> linked_;
  WordTable table_;
};

}  // namespace

WordTable build_words(const Sources& sources) {
  return Builder(sources).build();
}

}  // namespace dms::search::dictionary
