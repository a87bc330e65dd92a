// Whether "more like this" finds what belongs together: for council papers with several
// attachments, how often another attachment of the paper is among the first ten; beside plain
// Xapian's expand set.
//
//   similar [--papers N] [--index FOLDER] [--every N]
//
//   --papers N      so many council papers (300)
//   --index FOLDER  keeps the indexes there and uses them again (as relevance does)
//   --every N       asks for every Nth file alone (1)
//
// Equal texts are no answers: they are left out. Ends with 1 where a goal is missed, with 77 where
// there is no data.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "engines.h"
#include "papers.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace {

using namespace dms::relevance;

constexpr std::size_t depth = 10;
constexpr std::size_t text_bytes_min = 200;  // what is shorter is a scan without text
constexpr double hit_floor = 0.93;           // .980 of 300 papers, .940 of 2,600
constexpr int skipped = 77;

struct Options {
  std::size_t papers = 300;
  std::string index_folder;
  std::size_t every = 1;
};

bool parse(int count, char** arguments, Options& options) {
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--papers") {
      options.papers = std::strtoul(arguments[i + 1], nullptr, 10);
    } else if (name == "--every") {
      options.every = std::strtoul(arguments[i + 1], nullptr, 10);
    } else if (name == "--index") {
      options.index_folder = arguments[i + 1];
    } else {
      return false;
    }
  }
  return count % 2 == 1 && options.papers > 0 && options.every > 0;
}

// A file, and those that belong to it.
struct Question {
  std::uint32_t file = 0;
  std::vector<std::uint32_t> siblings;
};

struct File {
  dms::Sha256Digest text;
  std::size_t size = 0;
};

std::vector<Question> questions_of(const Papers& papers, const std::vector<File>& files) {
  std::vector<Question> questions;
  for (const KnownItem& paper : papers.titles) {
    for (const std::uint32_t file : paper.answers) {
      if (files[file].size < text_bytes_min) continue;
      Question question{file, {}};
      for (const std::uint32_t other : paper.answers) {
        const bool is_other = other != file && files[other].text != files[file].text;
        if (is_other && files[other].size >= text_bytes_min) question.siblings.push_back(other);
      }
      if (!question.siblings.empty()) questions.push_back(std::move(question));
    }
  }
  return questions;
}

// Prints, and returns the share of questions with an answer among the first ten.
double measure(const char* name, Engine& engine, const std::vector<Question>& questions) {
  double hits = 0;
  double ranks = 0;
  double recall = 0;
  std::size_t shown = 0;
  std::vector<double> times_ms;
  for (const Question& question : questions) {
    const auto begin = std::chrono::steady_clock::now();
    const auto found = engine.similar(question.file, depth);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    times_ms.push_back(took.count());
    shown += found.size();
    std::size_t met = 0;
    for (std::size_t rank = 0; rank < found.size(); ++rank) {
      const auto& siblings = question.siblings;
      if (std::find(siblings.begin(), siblings.end(), found[rank]) == siblings.end()) continue;
      if (met++ == 0) ranks += 1.0 / static_cast<double>(rank + 1);
    }
    if (met > 0) hits += 1;
    recall +=
        static_cast<double>(met) / static_cast<double>(std::min(question.siblings.size(), depth));
  }
  std::sort(times_ms.begin(), times_ms.end());
  const auto count = static_cast<double>(questions.size());
  std::printf(
      "%-6s %zu files, hit@10 %.3f, MRR@10 %.3f, recall@10 %.3f, %.1f shown, median %.1f ms, "
      "p99 %.1f ms\n",
      name, questions.size(), hits / count, ranks / count, recall / count,
      static_cast<double>(shown) / count, times_ms[times_ms.size() / 2],
      times_ms[times_ms.size() * 99 / 100]);
  return hits / count;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!parse(count, arguments, options)) {
    std::fprintf(stderr, "usage: similar [--papers N] [--index FOLDER] [--every N]\n");
    return 2;
  }
  const std::filesystem::path data = dms::test::shared_data(AKTENWERK_SOURCE_DIR);
  if (!std::filesystem::exists(data / "council-papers.jsonl.zst")) {
    std::printf("skipped: no data in %s\n", data.string().c_str());
    return skipped;
  }
  const dms::test::TempDir temporary;
  const std::filesystem::path folder =
      options.index_folder.empty() ? temporary.path() : std::filesystem::path(options.index_folder);
  std::filesystem::create_directories(folder);
  const auto ours = our_engine(folder / "ours");
  const auto plain = plain_engine(folder / "plain");
  const bool wants_ours = !ours->filled();
  const bool wants_plain = !plain->filled();
  std::vector<File> files;
  const Papers papers = read_papers(data, options.papers, [&](const Text& text) {
    const auto number = static_cast<std::uint32_t>(files.size());
    files.push_back({dms::sha256(text.body), text.body.size()});
    if (wants_ours) ours->add(number, text);
    if (wants_plain) plain->add(number, text);
  });
  if (wants_ours) ours->finish();
  if (wants_plain) plain->finish();
  std::vector<Question> questions;
  const auto all = questions_of(papers, files);
  for (std::size_t i = 0; i < all.size(); i += options.every) questions.push_back(all[i]);
  if (questions.empty()) return skipped;
  const double by_expansion = measure("plain", *plain, questions);
  const double by_us = measure("ours", *ours, questions);
  const bool good = by_us >= hit_floor && by_us >= by_expansion;
  if (!good) std::printf("missed: hit@10 of at least %.2f and as good as plain\n", hit_floor);
  return good ? 0 : 1;
}
