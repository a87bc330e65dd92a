// A search index of very many pages: how fast it is filled, what it needs of memory and disk, and
// how long a clerk waits for an answer with counts and passages. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "dms/base/result.h"
#include "page_collection.h"
#include "query_log.h"
#include "search/index.h"
#include "search/index_build.h"
#include "support/shared_data.h"

namespace dms::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint32_t pages_a_commit = 5000;
constexpr std::size_t snippet_bytes = 240;

struct Options {
  std::string cache;
  std::uint32_t documents = 100'000;
  std::size_t seconds = 20;
  std::size_t threads = 0;
  std::string emitted_queries;
  bool emits_pages = false;
};

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "large_index: {} {}\n", result.error().message.en, result.error().hint);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double seconds_since(SteadyClock::time_point began) {
  return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

std::uint64_t resident_mib() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * 4096 >> 20U;
}

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

// What is asked for with every query, as the search page does: the recent before the old.
search::SearchRequest request_of(std::string_view query) {
  search::SearchRequest request;
  request.query = query;
  request.today = Date{std::chrono::year(2026), std::chrono::month(11), std::chrono::day(30)};
  request.facets = {search::Facet::type, search::Facet::unit, search::Facet::year,
                    search::Facet::sender, search::Facet::status};
  return request;
}

// Times of one kind of query, in milliseconds.
class Times {
 public:
  void add(double ms) { ms_.push_back(ms); }
  void add(const Times& others) { ms_.insert(ms_.end(), others.ms_.begin(), others.ms_.end()); }
  std::size_t count() const { return ms_.size(); }
  double at(double share) {
    if (ms_.empty()) return 0;
    std::sort(ms_.begin(), ms_.end());
    return ms_[std::min(ms_.size() - 1,
                        static_cast<std::size_t>(share * static_cast<double>(ms_.size())))];
  }

 private:
  std::vector<double> ms_;
};
using TimesByKind = std::array<Times, query_log.size()>;

class LargeIndex {
 public:
  LargeIndex(const Options& options, const PageCollection& pages)
      : options_(options),
        pages_(pages),
        folder_(fs::path(options.cache) / fmt::format("index-{}", options.documents)) {
    for (std::uint32_t i = 0; i <= options_.documents / pages_a_dossier; ++i) {
      visible_.emplace(dossier_id(i), is_visible(pages_.page(i * pages_a_dossier).scope));
    }
  }

  void run() {
    fs::create_directories(options_.cache);
    if (options_.threads > 0 && !fs::exists(folder_)) build();
    index_ = value_of(search::SearchIndex::open({folder_.string(), pages_a_commit}));
    fill();
    fmt::print("index {:.0f} MB\n", static_cast<double>(bytes_below(folder_)) / 1e6);
    tell_frequencies();
    measure(2);
    measure(8);
    fmt::print("resident {} MiB\n", resident_mib());
  }

 private:
  // As a lost index is built anew: parts, a thread each, joined at the end. Goes on where an
  // earlier run was stopped.
  void build() {
    const std::string build_folder = folder_.string() + ".build";
    const std::string plan = fmt::format("{} pages", options_.documents);
    auto resumed = search::IndexBuild::resume(build_folder);
    const bool goes_on =
        resumed && (*resumed)->plan() == plan && (*resumed)->parts() == options_.threads;
    const auto build =
        goes_on ? std::move(*resumed)
                : value_of(search::IndexBuild::begin(build_folder, plan, options_.threads));
    const auto began = SteadyClock::now();
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> pages{0};
    {
      std::vector<std::jthread> threads;
      for (std::size_t part = 0; part < options_.threads; ++part) {
        threads.emplace_back([&, part] { fill_part(*build, part, bytes, pages); });
      }
    }
    const double filled_s = seconds_since(began);
    const std::string joined = value_of(build->join({{}, options_.documents, {}, 0}));
    fs::rename(joined, folder_);
    fs::remove_all(build_folder);
    const double all_s = seconds_since(began);
    fmt::print(
        "built by {} threads: {} pages, {:.0f} MB of text in {:.0f} s and joined in {:.0f} s: "
        "{:.0f} "
        "pages/s, {:.2f} MB/s in all, resident {} MiB\n",
        options_.threads, pages.load(), static_cast<double>(bytes) / 1e6, filled_s,
        all_s - filled_s, static_cast<double>(pages) / all_s,
        static_cast<double>(bytes) / 1e6 / all_s, resident_mib());
  }

  void fill_part(search::IndexBuild& build, std::size_t part, std::atomic<std::uint64_t>& bytes,
                 std::atomic<std::uint64_t>& pages) const {
    const auto bound = [&](std::size_t number) {
      return static_cast<std::uint32_t>(std::uint64_t{options_.documents} * number /
                                        options_.threads);
    };
    const std::string reached = build.reached(part);
    std::uint32_t next =
        reached.empty() ? bound(part) : static_cast<std::uint32_t>(std::stoul(reached));
    for (const std::uint32_t last = bound(part + 1); next < last;) {
      const std::uint32_t end = std::min(last, next + pages_a_commit - 1);
      for (; next < end; ++next) {
        const search::IndexDocument document = to_document(pages_.page(next));
        bytes += document.body.size();
        ++pages;
        value_of(build.put(part, document));
      }
      value_of(build.commit(part, std::to_string(next)));
      if (part == 0) fmt::print("{} pages, resident {} MiB\n", pages.load(), resident_mib());
    }
  }

  // Goes on where an earlier run was stopped: the position is the number of pages that are in it.
  void fill() {
    const auto position = value_of(index_->position());
    std::uint32_t next = position ? static_cast<std::uint32_t>(position->sequence) : 0;
    if (next >= options_.documents) return;
    const auto began = SteadyClock::now();
    const std::uint32_t first = next;
    std::uint64_t bytes = 0;
    auto told = began;
    while (next < options_.documents) {
      const std::uint32_t end = std::min(options_.documents, next + pages_a_commit - 1);
      for (; next < end; ++next) {
        const search::IndexDocument document = to_document(pages_.page(next));
        bytes += document.body.size();
        value_of(index_->put(document));
      }
      value_of(index_->commit({{}, next, {}, 0}));
      if (seconds_since(told) < 20 && next < options_.documents) continue;
      told = SteadyClock::now();
      const double s = seconds_since(began);
      fmt::print("{} pages: {:.0f} pages/s, {:.2f} MB/s of text, resident {} MiB\n", next,
                 (next - first) / s, static_cast<double>(bytes) / 1e6 / s, resident_mib());
    }
    fmt::print("filled with {:.0f} MB of text in {:.0f} s\n", static_cast<double>(bytes) / 1e6,
               seconds_since(began));
  }

  // How many documents answer each query, of all and of what the ordinary user may see.
  void tell_frequencies() const {
    const auto count = [&](std::string_view query, const search::GroupVisible& visible) {
      std::uint64_t found = 0;
      for (const auto& year :
           value_of(index_->search(request_of(query), visible)).facets[2].values) {
        found += year.count;
      }
      return found;
    };
    for (const QueryKind& kind : query_log) {
      fmt::print("{}:", kind.name);
      for (const std::string_view query : kind.queries) {
        fmt::print(" {} {}/{};", query, count(query, [](const Uuid&) { return true; }),
                   count(query, user_));
      }
      fmt::print("\n");
    }
  }

  // One answer as the page shows it: hits, counts and passages.
  void answer(std::string_view query, const search::Visibility& visible) const {
    const auto results = value_of(index_->search(request_of(query), visible));
    for (const search::Hit& hit : results.hits) {
      const auto passage =
          search::make_snippet(pages_.body(number_of(hit.document)), query, snippet_bytes);
      if (passage.text.empty()) std::exit(1);
    }
  }

  TimesByKind ask_for_a_while(std::uint32_t seed) const {
    TimesByKind times;
    search::SeenDocuments seen;  // as SearchService keeps it of each asker
    std::mt19937 random(seed);
    const auto began = SteadyClock::now();
    while (seconds_since(began) < static_cast<double>(options_.seconds)) {
      const std::size_t kind = random() % query_log.size();
      const auto& queries = query_log[kind].queries;
      const std::string_view query = queries[random() % queries.size()];
      const auto asked = SteadyClock::now();
      answer(query, {user_, {}, &seen});
      times[kind].add(seconds_since(asked) * 1000);
    }
    return times;
  }

  void measure(std::size_t clients) const {
    std::vector<TimesByKind> times(clients);
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients; ++i) {
      threads.emplace_back(
          [&, i] { times[i] = ask_for_a_while(static_cast<std::uint32_t>(clients * 100 + i)); });
    }
    threads.clear();
    std::size_t answers = 0;
    fmt::print("{} clients {:>14} {:>8} {:>8} {:>8}, ms\n", clients, "answers", "p50", "p99",
               "most");
    for (std::size_t kind = 0; kind < query_log.size(); ++kind) {
      Times all;
      for (const TimesByKind& one : times) all.add(one[kind]);
      answers += all.count();
      fmt::print("{:<10} {:>13} {:>8.1f} {:>8.1f} {:>8.1f}\n", query_log[kind].name, all.count(),
                 all.at(0.5), all.at(0.99), all.at(1));
    }
    fmt::print("{:.0f} answers a second\n",
               static_cast<double>(answers) / static_cast<double>(options_.seconds));
  }

  const Options& options_;
  const PageCollection& pages_;
  const fs::path folder_;
  std::unique_ptr<search::SearchIndex> index_;
  std::unordered_map<Uuid, bool> visible_;
  const search::GroupVisible user_ = [this](const Uuid& group) { return visible_.at(group); };
};

// For COPY, in PostgreSQL's text format.
void emit_pages(const PageCollection& pages, std::uint32_t documents) {
  const auto escaped = [](const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '\0') continue;
      if (c == '\\' || c == '\t' || c == '\n' || c == '\r')
        out += c == '\\' ? "\\\\" : " ";
      else
        out += c;
    }
    return out;
  };
  for (std::uint32_t i = 0; i < documents; ++i) {
    const BenchPage page = pages.page(i);
    fmt::print("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", i, page.scope, page.type, page.status,
               escaped(page.sender), static_cast<int>(page.date.year()), escaped(page.subject),
               escaped(page.body));
  }
}

// A query as PostgreSQL's full-text search takes it.
std::string postgres_query(std::size_t kind, std::string_view query) {
  switch (kind) {
    case 2:
      return fmt::format("phraseto_tsquery('german', '{}')", query.substr(1, query.size() - 2));
    case 3:
      return fmt::format("to_tsquery('german', '{}:*')", query.substr(0, query.size() - 1));
    default:
      return fmt::format("plainto_tsquery('german', '{}')", query);
  }
}

// One script of pgbench a query: the best twenty with passages, and five counts.
void emit_queries(const fs::path& folder) {
  fs::create_directories(folder);
  for (std::size_t kind = 0; kind < query_log.size(); ++kind) {
    for (std::size_t i = 0; i < query_log[kind].queries.size(); ++i) {
      std::ofstream(folder / fmt::format("{}-{:02}.sql", kind, i)) << fmt::format(
          "WITH hits AS MATERIALIZED (SELECT id, type, status, scope, sender, year, "
          "ts_rank(words, query) AS rank FROM page, {} AS query "
          "WHERE words @@ query AND scope % {} = 0), "
          "best AS (SELECT id, rank FROM hits ORDER BY rank DESC, id LIMIT 20) "
          "SELECT id::text, ts_headline('german', body, {}), NULL FROM best JOIN page USING (id) "
          "UNION ALL SELECT concat(type, status, scope, sender, year), NULL, count(*) FROM hits "
          "GROUP BY GROUPING SETS ((type), (status), (scope), (sender), (year));\n",
          postgres_query(kind, query_log[kind].queries[i]), scopes / visible_scopes,
          postgres_query(kind, query_log[kind].queries[i]));
    }
  }
}

int run(const Options& options) {
  if (!options.emitted_queries.empty()) {
    emit_queries(options.emitted_queries);
    return 0;
  }
  const PageCollection pages(test::shared_data(AKTENWERK_SOURCE_DIR));
  if (pages.empty()) {
    fmt::print(stderr, "large_index: the council papers are not there\n");
    return 77;
  }
  if (options.emits_pages) {
    emit_pages(pages, options.documents);
  } else {
    fmt::print("{} pages a round\n", pages.pages_a_round());
    LargeIndex(options, pages).run();
  }
  return 0;
}

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures searching in an index of very many pages"};
  dms::bench::Options options;
  app.add_option("--cache", options.cache, "the folder that keeps the index between two runs");
  app.add_option("--documents", options.documents, "pages in it")->capture_default_str();
  app.add_option("--threads", options.threads,
                 "fill it as a lost index is built anew, by so many; 0: as documents come in")
      ->check(CLI::Range(0, 16));
  app.add_option("--seconds", options.seconds, "of each measurement")->capture_default_str();
  app.add_flag("--emit-pages", options.emits_pages, "prints them for PostgreSQL's COPY instead");
  app.add_option("--emit-queries", options.emitted_queries,
                 "writes the queries for pgbench into this folder instead");
  CLI11_PARSE(app, argc, argv);
  if (options.cache.empty() && !options.emits_pages && options.emitted_queries.empty()) {
    return app.exit(CLI::RequiredError("--cache"));
  }
  if (!options.emits_pages) std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return dms::bench::run(options);
}
