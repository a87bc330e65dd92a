// A tenant of a million documents on the real server: how long it takes to load, to start, to get
// and to list, and what it needs of memory and disk; beside one of ten thousand in the same
// process. See README.md.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <utility>

#include "dms/base/json_codec.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/document_record.h"
#include "dms/tables.h"
#include "large_server.h"
#include "large_town.h"
#include "support/api_client.h"

namespace dms::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t small_documents = 10'000;

struct Options {
  std::size_t documents = 100'000;
  std::string cache;
  std::size_t requests = 1000;
  std::size_t mixed_s = 30;
  std::size_t compared = 2000;
  std::size_t block_cache_mib = 64;
  bool is_reindexing = false;
  bool is_indexed = false;
};

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "large_store: {} {}\n", result.error().message.en, result.error().hint);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Spread {
  double median = 0;
  double p99 = 0;
};
Spread spread_of(std::vector<double> times) {
  if (times.empty()) return {};
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

double milliseconds_of(const std::function<void()>& act) {
  const auto began = SteadyClock::now();
  act();
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
}

class LargeStore {
 public:
  explicit LargeStore(const Options& options)
      : options_(options), server_(options.cache, options.block_cache_mib) {}

  void run() {
    fs::create_directories(server_.data());
    fs::permissions(server_.data(), fs::perms::owner_all);
    large_ = town("large", options_.documents);
    small_ = town("small", small_documents);
    fmt::print(
        "{} documents in {} dossiers, {} in the largest; loaded in {:.0f} s: {:.0f} a second\n",
        large_.documents, large_.dossiers, large_.large_dossier_documents, large_.load_s,
        double(large_.documents) / large_.load_s);
    compare_with_filing();
    measure_disk();
    measure_server();
    if (options_.is_reindexing) measure_reindexing();
    if (options_.is_indexed) measure_indexed();
  }

 private:
  TownFacts town(const std::string& tenant, std::size_t documents) {
    const fs::path facts = server_.data().parent_path() / (tenant + ".json");
    if (fs::exists(facts)) {
      auto known = value_of(decode_json<TownFacts>(read_text(facts), JsonProfile::record));
      if (known.documents == documents) return known;
      fs::remove(facts);
    }
    fs::remove_all(server_.data() / tenant);
    fs::create_directories(server_.data() / tenant);
    const TownFacts made = value_of(
        load_town(environment_, server_.data().string(), tenant, documents, [&](std::size_t done) {
          if (done % 100'000 == 0) fmt::print("{}: {} documents\n", tenant, done);
          std::fflush(stdout);
        }));
    std::ofstream(facts) << encode_json(made);
    return made;
  }

  // The same papers through Store::commit, a document a commit: one clerk, then eight.
  void compare_with_filing() {
    for (const std::size_t clerks : {std::size_t{1}, std::size_t{8}}) {
      const fs::path folder = server_.data().parent_path() / "filed";
      fs::remove_all(folder);
      storage::StoreOptions options;
      options.folder = folder.string();
      options.name = "filed";
      options.tables = stored_tables();
      const auto store = value_of(storage::Store::open(environment_, std::move(options)));
      const double took = milliseconds_of([&] {
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < clerks; ++i) {
          threads.emplace_back([&] { file_papers(*store, options_.compared / clerks); });
        }
        for (std::thread& thread : threads) thread.join();
      });
      fmt::print("filed through Store::commit by {}: {:.0f} a second\n", clerks,
                 double(options_.compared) * 1000 / took);
    }
    fs::remove_all(server_.data().parent_path() / "filed");
  }

  static void file_papers(storage::Store& store, std::size_t count) {
    Papers papers(count);
    std::optional<DossierRecord> opened;
    Actor actor;
    actor.user = papers.clerk();
    while (!papers.is_done()) {
      Paper paper = papers.next(opened);
      const auto writer = value_of(store.write_content({}));
      value_of(writer->append(paper.content));
      const storage::StagedContent staged = value_of(writer->finish());
      paper.version.files.front().sha256 = staged.id().sha256;
      paper.version.files.front().size = staged.id().size;
      value_of(store.commit([&](const storage::View& view) -> Result<storage::Commit> {
        storage::Commit commit(view);
        commit.name_content(staged, paper.version.id.value);
        DMS_TRY(commit.insert(document_table, paper.document));
        DMS_TRY(commit.insert(version_table, paper.version));
        commit.append(document_event(actor, "document.filed", paper.document));
        return commit;
      }));
    }
  }

  // Without index, renditions (there are none) and WAL.
  void measure_disk() const {
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(server_.data() / "large" / "store")) {
      if (entry.is_regular_file() && entry.path().extension() != ".log") bytes += entry.file_size();
    }
    const double expected = double(large_.documents) * (paper_bytes + 2048);
    fmt::print(
        "disk: {:.0f} MiB, {:.0f} bytes a document; {:.2f} of content and 2 KiB a document\n",
        double(bytes) / (1U << 20U), double(bytes) / double(large_.documents),
        double(bytes) / expected);
  }

  void measure_starts() {
    std::vector<double> starts;
    for (int i = 0; i < 3; ++i) {
      server_.stop();
      starts.push_back(server_.start());
    }
    std::sort(starts.begin(), starts.end());
    fmt::print("start to /readyz: {:.0f} ms (of three: {:.0f} to {:.0f}); resident {:.0f} MiB\n",
               starts[1], starts.front(), starts.back(), server_.memory().first);
  }

  void measure_server() {
    measure_starts();
    auto large = server_.client("localhost");
    auto small = server_.client("small.localhost");
    compare("get by id", [&](std::mt19937_64& random, bool is_large) {
      const TownFacts& facts = is_large ? large_ : small_;
      const DocumentId id = facts.some_documents[random() % facts.some_documents.size()];
      return expect_ok((is_large ? large : small).get("/api/v1/documents/" + id.text()));
    });
    compare("list a dossier", [&](std::mt19937_64& random, bool is_large) {
      const TownFacts& facts = is_large ? large_ : small_;
      const DossierId id = facts.some_dossiers[random() % facts.some_dossiers.size()];
      return expect_ok(
          (is_large ? large : small).get("/api/v1/dossiers/" + id.text() + "/documents?limit=50"));
    });
    measure_columns(large);
    measure_mix();
  }

  static bool expect_ok(const test::ApiAnswer& answer) {
    if (answer.status == 200) return true;
    fmt::print(stderr, "large_store: {} {}\n", answer.status, answer.body);
    return false;
  }

  // In turns, so that both meet the same machine.
  void compare(const std::string& what,
               const std::function<bool(std::mt19937_64&, bool is_large)>& act) const {
    std::mt19937_64 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same requests every time
    std::vector<double> of_large;
    std::vector<double> of_small;
    double processor_large = 0;
    double processor_small = 0;
    for (std::size_t i = 0; i < options_.requests; ++i) {
      const double begin = server_.processor_ms();
      of_large.push_back(milliseconds_of([&] { act(random, true); }));
      const double middle = server_.processor_ms();
      of_small.push_back(milliseconds_of([&] { act(random, false); }));
      processor_large += middle - begin;
      processor_small += server_.processor_ms() - middle;
    }
    const Spread large = spread_of(of_large);
    const Spread small = spread_of(of_small);
    fmt::print("{:<16} processor: {:.2f} ms; of {}: {:.2f}; ratio {:.2f}\n", what,
               processor_large / double(options_.requests), small_documents,
               processor_small / double(options_.requests), processor_large / processor_small);
    fmt::print("{:<16} {:>8.2f} ms (p99 {:.2f}); of {}: {:.2f} (p99 {:.2f}); ratio {:.2f}\n", what,
               large.median, large.p99, small_documents, small.median, small.p99,
               large.median / small.median);
  }

  void measure_columns(test::ApiClient& client) const {
    const std::string base =
        "/api/v1/dossiers/" + large_.large_dossier.text() + "/documents?limit=200";
    for (const std::string column :
         {"", "subject", "date", "received", "reference", "type", "status", "modified"}) {
      for (const std::string sign : {"", "-"}) {
        if (column.empty() && !sign.empty()) continue;
        const std::string sort = column.empty() ? "" : "&sort=" + sign + column;
        std::vector<double> times;
        std::string cursor;
        const double begin = server_.processor_ms();
        for (int page = 0; page < 50; ++page) {
          test::ApiAnswer answer;
          times.push_back(milliseconds_of([&] { answer = client.get(base + sort + cursor); }));
          if (!expect_ok(answer)) return;
          const std::string next = answer.text("next_cursor");
          cursor = next.empty() ? "" : "&cursor=" + test::percent_encoded(next);
        }
        const Spread spread = spread_of(times);
        fmt::print("200 of {} by {:<11} {:>8.1f} ms (p99 {:.1f}); processor {:.1f} ms\n",
                   large_.large_dossier_documents, column.empty() ? "filed" : sign + column,
                   spread.median, spread.p99, (server_.processor_ms() - begin) / 50);
      }
    }
  }

  // Four clerks: seven gets, two lists and a filing in ten.
  void measure_mix() {
    const auto until = SteadyClock::now() + std::chrono::seconds(options_.mixed_s);
    std::atomic<std::size_t> done{0};
    std::vector<std::thread> clerks;
    for (unsigned seed = 0; seed < 4; ++seed) {
      clerks.emplace_back([&, seed] {
        auto client = server_.client("localhost");
        std::mt19937_64 random(seed);
        while (SteadyClock::now() < until) {
          if (mixed_request(client, random)) ++done;
        }
      });
    }
    for (std::thread& clerk : clerks) clerk.join();
    const auto [now, peak] = server_.memory();
    fmt::print(
        "mix of gets, lists{} and filing, 4 clerks: {:.0f} a second; resident {:.0f} MiB, at most "
        "{:.0f}\n",
        is_searching_ ? ", searches" : "", double(done) / double(options_.mixed_s), now, peak);
  }

  bool mixed_request(test::ApiClient& client, std::mt19937_64& random) const {
    const DossierId dossier = large_.some_dossiers[random() % large_.some_dossiers.size()];
    const auto kind = random() % 10;
    if (is_searching_ && kind < 2) return expect_ok(client.get(some_search(random)));
    if (kind < 7) {
      const DocumentId id = large_.some_documents[random() % large_.some_documents.size()];
      return expect_ok(client.get("/api/v1/documents/" + id.text() + (kind < 3 ? "/content" : "")));
    }
    if (kind < 9) {
      return expect_ok(client.get("/api/v1/dossiers/" + dossier.text() + "/documents?limit=50"));
    }
    return client.file(dossier.text(), "Eingang", "brief.txt", "Sehr geehrte Damen und Herren")
               .status == 201;
  }

  // For a number that stands in some of a thousand documents: twenty of them with passages, and
  // what they are counted by.
  static std::string some_search(std::mt19937_64& random) {
    return fmt::format("/api/v1/search?q={}&facets=type,status,unit,sender,year",
                       random() % 100'000);
  }

  // With an index of all documents, which is kept in the cache folder.
  void measure_indexed() {
    server_.stop();
    const fs::path index = server_.data() / "large" / "index";
    const fs::path filled = server_.data().parent_path() / "filled";
    const fs::path pretended = server_.data().parent_path() / "pretended";
    fs::rename(index, pretended);
    if (fs::exists(filled)) {
      fs::rename(filled, index);
    } else {
      const double took = milliseconds_of([&] { server_.reindex("large"); });
      fmt::print("indexed in {:.0f} s\n", took / 1000);
    }
    std::printf("with the index of all: ");
    measure_starts();
    auto large = server_.client("localhost");
    std::mt19937_64 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same requests every time
    std::vector<double> times;
    for (std::size_t i = 0; i < options_.requests; ++i) {
      times.push_back(milliseconds_of([&] { expect_ok(large.get(some_search(random))); }));
    }
    const Spread spread = spread_of(times);
    fmt::print("search: {:.1f} ms (p99 {:.1f}), the first {:.0f}\n", spread.median, spread.p99,
               times.front());
    is_searching_ = true;
    measure_mix();
    is_searching_ = false;
    server_.stop();
    fs::rename(index, filled);
    fs::rename(pretended, index);
  }

  // The first start without an index: it is filled from the records meanwhile.
  void measure_reindexing() {
    server_.stop();
    fs::remove_all(server_.data() / "large" / "index");
    fmt::print("without an index, start to /readyz: {:.0f} ms\n", server_.start());
    auto large = server_.client("localhost");
    auto small = server_.client("small.localhost");
    compare("get meanwhile", [&](std::mt19937_64& random, bool is_large) {
      const TownFacts& facts = is_large ? large_ : small_;
      const DocumentId id = facts.some_documents[random() % facts.some_documents.size()];
      return expect_ok((is_large ? large : small).get("/api/v1/documents/" + id.text()));
    });
    measure_mix();
    server_.stop();
    storage::StoreOptions options;
    options.folder = (server_.data() / "large" / "store").string();
    options.name = "large";
    options.access = storage::StoreOptions::Access::read_only;
    fs::remove_all(server_.data() / "large" / "index");
    const auto store = value_of(storage::Store::open(environment_, std::move(options)));
    value_of(pretend_index(*store, (server_.data() / "large" / "index").string()));
  }

  const Options options_;
  SystemClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment environment_{{}, clock_, log_, metrics_};
  LargeServer server_;
  TownFacts large_;
  TownFacts small_;
  bool is_searching_ = false;
};

}  // namespace
}  // namespace dms::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures the server on a tenant of very many documents"};
  dms::bench::Options options;
  app.add_option("--documents", options.documents, "of the large tenant")->capture_default_str();
  app.add_option("--cache", options.cache, "the folder that keeps the stores between two runs")
      ->required();
  app.add_option("--requests", options.requests, "of each kind")->capture_default_str();
  app.add_option("--mixed-seconds", options.mixed_s, "of the mix")->capture_default_str();
  app.add_option("--block-cache", options.block_cache_mib, "of the server, MiB")
      ->capture_default_str();
  app.add_flag("--reindexing", options.is_reindexing, "also starts without an index");
  app.add_flag("--indexed", options.is_indexed, "also with an index of all, and searches");
  CLI11_PARSE(app, argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  dms::bench::LargeStore(options).run();
  return 0;
}
