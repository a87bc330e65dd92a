// How well the search ranks, on real German texts.
//
//   relevance [--papers N] [--index FOLDER] [--misses]
//
//   --papers N      so many council papers (500); 5000 is the full measurement
//   --index FOLDER  keeps the papers' index there and uses it again
//   --misses        names the titles that were not found
//
// Texts are indexed as bodies alone; titles stand in no field. Ends with 1 where a floor is missed
// (known item: 60 % of titles have a file among the first ten), with 77 where there is no data.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "measure.h"
#include "support/known_items.h"
#include "support/shared_data.h"
#include "support/temp_dir.h"

namespace {

using dms::relevance::Filler;
using dms::relevance::KnownItem;
using dms::relevance::Scores;

constexpr double titles_floor = 0.60;      // hit@10
constexpr double questions_floor = 0.924;  // MRR@10 of plain Xapian with its German stemmer
constexpr int skipped = 77;

struct Options {
  std::size_t papers = 500;
  std::string index_folder;
  bool misses = false;
};

bool parse(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view name = arguments[i];
    if (name == "--misses") {
      options.misses = true;
    } else if (name == "--papers" && i + 1 < count) {
      options.papers = std::strtoul(arguments[++i], nullptr, 10);
    } else if (name == "--index" && i + 1 < count) {
      options.index_folder = arguments[++i];
    } else {
      return false;
    }
  }
  return options.papers > 0;
}

template <class Read>
Scores measure(const char* name, const std::string& folder, const Options& options, Read&& read) {
  auto opened = dms::search::SearchIndex::open({folder});
  if (!opened) {
    std::fprintf(stderr, "relevance: %s\n", opened.error().hint.c_str());
    std::exit(1);
  }
  auto& index = **opened;
  const bool filled = index.document_count() > 0;
  Filler filler(index);
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<KnownItem> items = read([&](std::string text) {
    if (!filled) filler.add(std::move(text));
  });
  if (!filled) {
    filler.finish();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double megabytes = static_cast<double>(filler.bytes()) / 1e6;
    std::printf("%s: %llu texts, %.1f MB indexed in %.1f s (%.2f MB/s)\n", name,
                static_cast<unsigned long long>(filler.texts()), megabytes, took.count(),
                megabytes / took.count());
  }
  const Scores scores = dms::relevance::ask(index, items);
  std::printf(
      "%s: %zu queries, hit@10 %.3f, MRR@10 %.3f, nDCG@10 %.3f, median %.1f ms, p99 %.1f ms\n",
      name, scores.queries, scores.hit_at_10, scores.mrr_at_10, scores.ndcg_at_10, scores.median_ms,
      scores.p99_ms);
  if (options.misses) {
    for (const std::size_t missed : scores.missed)
      std::printf("  %s\n", items[missed].query.c_str());
  }
  return scores;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!parse(count, arguments, options)) {
    std::fprintf(stderr, "usage: relevance [--papers N] [--index FOLDER] [--misses]\n");
    return 2;
  }
  const std::filesystem::path data = dms::test::shared_data(AKTENWERK_SOURCE_DIR);
  if (!std::filesystem::exists(data / "council-papers.jsonl.zst") ||
      !std::filesystem::exists(data / "xquad.de.json")) {
    std::printf("skipped: no data in %s\n", data.string().c_str());
    return skipped;
  }
  const dms::test::TempDir temporary;
  const std::string papers_folder =
      options.index_folder.empty() ? (temporary / "papers").string() : options.index_folder;
  const Scores titles = measure("titles", papers_folder, options, [&](const auto& sink) {
    return dms::test::read_council_papers(data, options.papers, sink);
  });
  const Scores questions =
      measure("questions", (temporary / "questions").string(), options,
              [&](const auto& sink) { return dms::test::read_xquad(data, sink); });
  const bool good = titles.hit_at_10 >= titles_floor && questions.mrr_at_10 >= questions_floor;
  if (!good) {
    std::printf("below the floor: hit@10 of titles %.2f, MRR@10 of questions %.3f\n", titles_floor,
                questions_floor);
  }
  return good ? 0 : 1;
}
