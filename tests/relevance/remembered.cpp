// How well the search finds what a clerk half remembers, in council papers that are filed as they
// would be: the paper's title as the subject, its number as the reference, its day as the date.
//
//   remembered [--papers N] [--index FOLDER]
//
// Four kinds of queries: two words of a title, for all papers that have both in their titles; five
// words as they follow each other in the text of a file, for that file; a paper's number, which
// other papers name too; and titles that come again every few years, for the newest so called. The
// last are asked once more without the age of documents counting. Ends with 1 where a goal is
// missed, with 77 where there is no data.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "engines.h"
#include "measure.h"
#include "papers.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace {

using namespace dms::relevance;

constexpr int skipped = 77;
constexpr std::size_t queries_a_kind = 400;
constexpr std::size_t word_bytes_min = 5;
// Few titles come again among the everyday 500 papers.
constexpr std::size_t many_papers = 2000;
constexpr double newest_gain_min = 0.01;

struct FiledFile {
  std::string title;
  std::string reference;
  dms::Date date;
  std::string body;
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto is_letter = [](char c) {
    return (c & 0x80) != 0 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  for (const char c : text) {
    if (is_letter(c)) {
      word.push_back(c);
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

// Without numbers, so that the years of what comes again do not tell one from the other.
std::string without_numbers(const std::string& title) {
  std::string text;
  for (const char c : title) text.push_back(c >= '0' && c <= '9' ? ' ' : c);
  return text;
}

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t end) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

std::vector<KnownItem> title_words(const std::vector<FiledFile>& files, Random& random) {
  std::vector<std::set<std::string>> titles;
  for (const FiledFile& file : files) {
    std::set<std::string> words;
    for (const std::string& word : words_of(file.title)) {
      if (word.size() >= word_bytes_min) words.insert(word);
    }
    titles.push_back(std::move(words));
  }
  std::vector<KnownItem> items;
  for (std::size_t tried = 0; items.size() < queries_a_kind && tried < 10 * queries_a_kind;
       ++tried) {
    const auto& words = titles[below(random, titles.size())];
    if (words.size() < 3) continue;
    std::vector<std::string> two;
    std::sample(words.begin(), words.end(), std::back_inserter(two), 2, random);
    KnownItem item{two[0] + " " + two[1], {}};
    for (std::uint32_t i = 0; i < titles.size(); ++i) {
      if (titles[i].contains(two[0]) && titles[i].contains(two[1])) item.answers.push_back(i);
    }
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<KnownItem> text_words(const std::vector<FiledFile>& files, Random& random) {
  constexpr std::size_t length = 5;
  std::vector<KnownItem> items;
  for (std::size_t tried = 0; items.size() < queries_a_kind && tried < 10 * queries_a_kind;
       ++tried) {
    const auto number = static_cast<std::uint32_t>(below(random, files.size()));
    const std::vector<std::string> words = words_of(files[number].body);
    if (words.size() < 200) continue;
    const std::size_t begin = below(random, words.size() - length);
    KnownItem item{{}, {number}};
    for (std::size_t i = begin; i < begin + length; ++i) item.query += words[i] + " ";
    items.push_back(std::move(item));
  }
  return items;
}

// What is written like a paper's number: "2013/0140".
std::set<std::string> numbers_in(const std::string& text) {
  static const std::regex number("[0-9]{4}/[0-9]{4}");
  return {std::sregex_token_iterator(text.begin(), text.end(), number),
          std::sregex_token_iterator()};
}

std::vector<KnownItem> references(const std::vector<FiledFile>& files) {
  std::map<std::string, std::vector<std::uint32_t>> papers;
  std::set<std::string> named;
  for (std::uint32_t i = 0; i < files.size(); ++i) {
    if (!files[i].reference.empty()) papers[files[i].reference].push_back(i);
    std::set<std::string> numbers = numbers_in(files[i].body);
    numbers.erase(files[i].reference);
    named.merge(numbers);
  }
  std::vector<KnownItem> items;
  for (auto& [reference, numbers] : papers) {
    if (named.contains(reference)) items.push_back({reference, std::move(numbers)});
  }
  if (items.size() > queries_a_kind) items.resize(queries_a_kind);
  return items;
}

std::vector<KnownItem> recurring_titles(const std::vector<FiledFile>& files) {
  std::map<std::string, std::map<dms::Date, std::vector<std::uint32_t>>> titles;
  for (std::uint32_t i = 0; i < files.size(); ++i) {
    titles[without_numbers(files[i].title)][files[i].date].push_back(i);
  }
  std::vector<KnownItem> items;
  for (const auto& [title, days] : titles) {
    if (days.size() > 1) items.push_back({title, days.rbegin()->second});
  }
  return items;
}

Scores tell(const char* kind, const char* name, Engine& engine,
            const std::vector<KnownItem>& items) {
  const Scores scores = ask(engine, items, 50);
  std::printf("%-10s %-12s %zu queries, hit@10 %.3f, MRR@10 %.3f, nDCG@10 %.3f, median %.1f ms\n",
              kind, name, scores.queries, scores.hit_at_10, scores.mrr_at_10, scores.ndcg_at_10,
              scores.median_ms);
  return scores;
}

bool require(bool condition, const char* what) {
  if (!condition) std::printf("missed: %s\n", what);
  return condition;
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t papers_max = 500;
  std::string kept;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--papers") papers_max = std::strtoul(arguments[i + 1], nullptr, 10);
    if (name == "--index") kept = arguments[i + 1];
  }
  const std::filesystem::path data = dms::test::shared_data(AKTENWERK_SOURCE_DIR);
  if (!std::filesystem::exists(data / "council-papers.jsonl.zst")) {
    std::printf("skipped: no data in %s\n", data.string().c_str());
    return skipped;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const dms::test::TempDir temporary;
  const std::filesystem::path folder =
      kept.empty() ? temporary / "index" : std::filesystem::path(kept);
  std::filesystem::create_directories(folder);
  const auto plain = plain_engine(folder / "plain");
  const auto ours = our_engine(folder / "ours");
  const bool fill = !ours->filled();
  std::vector<FiledFile> files;
  dms::Date newest{};
  read_filed_papers(data, papers_max, [&](Text text) {
    newest = std::max(newest, *text.date);
    files.push_back({text.subject, text.reference, *text.date, text.body});
    if (!fill) return;
    const auto number = static_cast<std::uint32_t>(files.size() - 1);
    plain->add(number, text);
    ours->add(number, std::move(text));
  });
  plain->finish();
  ours->finish();
  std::printf("%zu files\n", files.size());

  Random random(1);
  const std::pair<const char*, std::vector<KnownItem>> kinds[] = {
      {"subjects", title_words(files, random)},
      {"texts", text_words(files, random)},
      {"references", references(files)}};
  const auto recurring = recurring_titles(files);
  const Scores ageless = tell("recurring", "ageless", *ours, recurring);
  ours->look_from(newest);
  const Scores recent = tell("recurring", "ours", *ours, recurring);
  const double gain_min = papers_max >= many_papers ? newest_gain_min : 0;
  bool good = require(recent.mrr_at_10 >= ageless.mrr_at_10 + gain_min,
                      "MRR@10 of the newest, better than where age does not count");
  for (const auto& [kind, items] : kinds) {
    const Scores theirs = tell(kind, "plain", *plain, items);
    good &= require(tell(kind, "ours", *ours, items).ndcg_at_10 >= theirs.ndcg_at_10,
                    "nDCG@10, as good as plain Xapian's");
  }
  return good ? 0 : 1;
}
