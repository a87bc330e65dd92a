// How well compounds are taken apart, on words labelled by hand (compounds/compounds.tsv beside the
// source tree), and how fast.
//
//   splitter [--misses]     names the wrong ones of the half that may be tuned on
//   splitter WORD...        shows how these are taken apart
//
// The other half (`test`) is looked at only to measure. A compound is right where exactly the
// labelled parts are found; a finer division of a few words that may be seen either way is right
// too, and one that is marked lexical may stay whole. Ends with 1 where a goal is missed, with 77
// where there is no data.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "dms/base/text.h"
#include "search/compounds.h"
#include "support/shared_data.h"

namespace {

constexpr double right_share_min = 0.90;
constexpr double split_plain_share_max = 0.03;
constexpr int skipped = 77;

using Places = std::vector<std::uint8_t>;

struct Labelled {
  std::string word;   // as written
  std::string exact;  // folded
  Places places;
  bool lexical = false;
  bool for_test = false;
};

std::vector<Labelled> read_labelled(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Labelled> list;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string> fields;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, '\t');) fields.push_back(cell);
    if (fields.size() != 4) continue;
    Labelled word{
        fields[0], dms::fold_german(fields[0]), {}, fields[2] == "lexical", fields[3] == "test"};
    std::string parts = fields[1];
    parts.erase(
        std::remove_if(parts.begin(), parts.end(), [](char c) { return c == '(' || c == ')'; }),
        parts.end());
    std::istringstream split(parts);
    std::size_t end = 0;
    for (std::string part; std::getline(split, part, '|');) {
      end += dms::fold_german(part).size();
      word.places.push_back(static_cast<std::uint8_t>(end));
    }
    word.places.pop_back();
    list.push_back(std::move(word));
  }
  return list;
}

// Where a finer division is as good.
Places tolerated(const std::string& exact) {
  struct Either {
    const char* word;
    std::size_t place;
  };
  Places places;
  for (const Either& either : {Either{"stadtteil", 5}, Either{"ganztag", 4}, Either{"fahrrad", 4},
                               Either{"vollzeit", 4}, Either{"hochschule", 4}}) {
    const std::size_t at = exact.find(either.word);
    if (at != std::string::npos) places.push_back(static_cast<std::uint8_t>(at + either.place));
  }
  return places;
}

bool is_right(const Labelled& word, const Places& found) {
  if (found == word.places || (word.lexical && found.empty())) return true;
  Places extra;
  std::set_difference(found.begin(), found.end(), word.places.begin(), word.places.end(),
                      std::back_inserter(extra));
  if (found.size() - extra.size() != word.places.size()) return false;
  const Places allowed = tolerated(word.exact);
  return std::all_of(extra.begin(), extra.end(), [&](std::uint8_t place) {
    return std::find(allowed.begin(), allowed.end(), place) != allowed.end();
  });
}

std::string divided(const std::string& exact, const Places& places) {
  std::string text;
  std::size_t begin = 0;
  for (const std::size_t place : places) {
    text += exact.substr(begin, place - begin) + "|";
    begin = place;
  }
  return text + exact.substr(begin);
}

struct Score {
  int compounds = 0, right = 0, plain = 0, split_plain = 0;
  double right_share() const { return static_cast<double>(right) / std::max(1, compounds); }
  double split_plain_share() const { return static_cast<double>(split_plain) / std::max(1, plain); }
};

Score measure(const dms::search::Compounds& compounds, const std::vector<Labelled>& words,
              bool for_test, bool misses) {
  Score score;
  for (const Labelled& word : words) {
    if (word.for_test != for_test) continue;
    const Places found = compounds.split(word.exact);
    const bool plain = word.places.empty();
    const bool right = is_right(word, found);
    ++(plain ? score.plain : score.compounds);
    if (plain && !right) ++score.split_plain;
    if (!plain && right) ++score.right;
    if (misses && !for_test && !right) {
      std::printf("  %s: %s\n", word.word.c_str(), divided(word.exact, found).c_str());
    }
  }
  std::printf("%s: %d of %d compounds right (%.1f %%), %d of %d plain words split (%.1f %%)\n",
              for_test ? "test" : "tune", score.right, score.compounds, 100 * score.right_share(),
              score.split_plain, score.plain, 100 * score.split_plain_share());
  return score;
}

void time(const dms::search::Compounds& compounds, const std::vector<Labelled>& words) {
  constexpr int rounds = 50;
  std::size_t parts = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    for (const Labelled& word : words) parts += compounds.split(word.exact).size();
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  std::printf("%.1f us a word (%zu words, %zu places)\n",
              took.count() / (rounds * static_cast<double>(std::max<std::size_t>(1, words.size()))),
              words.size(), parts / rounds);
}

}  // namespace

int main(int count, char** arguments) {
  const auto compounds = dms::search::german_compounds();
  if (!compounds) {
    std::fprintf(stderr, "splitter: %s\n", compounds.error().hint.c_str());
    return 1;
  }
  const dms::search::Compounds& splitter = **compounds;
  const bool misses = count == 2 && std::string(arguments[1]) == "--misses";
  if (count > 1 && !misses) {
    for (int i = 1; i < count; ++i) {
      const std::string exact = dms::fold_german(arguments[i]);
      std::printf("%s\n", divided(exact, splitter.split(exact)).c_str());
    }
    return 0;
  }
  const auto path = dms::test::shared_data(AKTENWERK_SOURCE_DIR) / "compounds" / "compounds.tsv";
  const std::vector<Labelled> words = read_labelled(path);
  if (words.empty()) {
    std::printf("skipped: no data at %s\n", path.string().c_str());
    return skipped;
  }
  std::printf("dictionary %s: %zu words\n", splitter.version().c_str(), splitter.word_count());
  measure(splitter, words, false, misses);
  const Score score = measure(splitter, words, true, false);
  time(splitter, words);
  const bool good =
      score.right_share() >= right_share_min && score.split_plain_share() <= split_plain_share_max;
  if (!good) {
    std::printf("below the goal: %.0f %% right, at most %.0f %% of plain words split\n",
                100 * right_share_min, 100 * split_plain_share_max);
  }
  return good ? 0 : 1;
}
