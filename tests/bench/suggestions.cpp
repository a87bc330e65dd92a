// What is suggested while a clerk types, among very many pages: how long each key's answer takes
// from the service that the server asks. See README.md.

#include <fmt/core.h>
#include <time.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/text.h"
#include "dms/document_record.h"
#include "dms/index_document.h"
#include "dms/permission_cache.h"
#include "dms/search_service.h"
#include "dms/tables.h"
#include "dms/tenant.h"
#include "dms/user_record.h"
#include "large_town.h"
#include "search/index.h"
#include "support/known_items.h"
#include "support/shared_data.h"

namespace dms::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t papers_read = 3000;
constexpr std::size_t subject_bytes_max = 200;
constexpr std::size_t typed_bytes_max = 24;  // further keys are of what was found long ago
constexpr const char* tenant = "suggestions";

struct Options {
  std::string cache;
  std::size_t documents = 100'000;
  std::size_t page_bytes = 2000;
  std::size_t subjects = 150;
  std::size_t seconds = 240;
};

template <class T>
T value_of(Result<T> result) {
  if (!result) {
    fmt::print(stderr, "suggestions: {} {}\n", result.error().message.en, result.error().hint);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double processor_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void print_spread(std::string_view name, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  fmt::print("{}: {} answers, p50 {:.2f}, p95 {:.2f}, p99 {:.2f}, longest {:.2f} ms\n", name,
             times.size(), at(.5), at(.95), at(.99), at(1));
}

class SuggestionTimes {
 public:
  explicit SuggestionTimes(Options options) : options_(std::move(options)) {}

  int run() {
    read_papers();
    if (subjects_.empty()) {
      fmt::print(stderr, "suggestions: the council papers are not there\n");
      return 77;
    }
    open();
    if (!fill()) return 75;
    measure();
    return 0;
  }

 private:
  void read_papers() {
    const auto papers =
        test::read_council_papers(test::shared_data(AKTENWERK_SOURCE_DIR), papers_read,
                                  [&](const std::string& text) { add_pages(text); });
    for (const test::KnownItem& paper : papers) {
      subjects_.emplace_back(truncate_utf8(paper.query, subject_bytes_max));
    }
  }

  void add_pages(std::string_view text) {
    while (!text.empty()) {
      const std::string_view page = truncate_utf8(text, options_.page_bytes);
      if (page.empty()) return;
      pages_.emplace_back(page);
      text.remove_prefix(page.size());
    }
  }

  void open() {
    const TenantFolders folders = tenant_folders(options_.cache, tenant);
    if (!fs::exists(folders.index)) {
      fs::remove_all(fs::path(options_.cache) / tenant);
      fs::create_directories(fs::path(options_.cache) / tenant);
      value_of(load_town(
          environment_, options_.cache, tenant, options_.documents, [](std::size_t) {}, subjects_));
    }
    storage::StoreOptions reading;
    reading.folder = folders.store;
    reading.name = tenant;
    reading.tables = stored_tables();
    store_ = value_of(storage::Store::open(environment_, std::move(reading)));
    search::IndexOptions index;
    index.folder = folders.index;
    index_ = value_of(search::SearchIndex::open(index));
  }

  // Goes on behind what is in the index; false where the time is over before the end.
  bool fill() {
    const auto end = SteadyClock::now() + std::chrono::seconds(options_.seconds);
    const std::size_t known = index_->document_count();
    const auto position = value_of(index_->position());
    std::size_t number = 0;
    storage::ScanOptions options;
    bool is_whole = true;
    do {
      const auto found = value_of(store_->read<storage::Scanned<DocumentRecord>>(
          [&](const storage::View& view) { return view.scan(document_table, options); }));
      for (const DocumentRecord& record : found.items) {
        if (number++ < known) continue;
        Indexable made = value_of(make_indexable(*store_, record.id, Refused::keep));
        made.document->body = pages_[number % pages_.size()];
        value_of(index_->put(*made.document));
      }
      options.after = found.cursor;
      if (SteadyClock::now() > end) {
        is_whole = options.after.empty();
        break;
      }
    } while (!options.after.empty());
    value_of(index_->commit(*position));
    fmt::print("{} documents in {} pages' words\n", index_->document_count(), pages_.size());
    return is_whole;
  }

  // Each subject is typed, key by key.
  void measure() {
    const PermissionCache permissions;
    const SearchService search(*store_, *index_, permissions, clock_);
    const Actor actor = clerk();
    std::vector<double> waited;
    std::vector<double> worked;
    std::size_t suggested = 0;
    const std::size_t step = std::max<std::size_t>(subjects_.size() / options_.subjects, 1);
    for (std::size_t i = 0; i < subjects_.size(); i += step) {
      const std::string& subject = subjects_[i];
      std::string_view typed;
      for (std::size_t bytes = 2; bytes <= std::min(subject.size(), typed_bytes_max); ++bytes) {
        const std::string_view more = truncate_utf8(subject, bytes);
        if (more == typed) continue;
        typed = more;
        const auto began = SteadyClock::now();
        const double worked_before = processor_ms();
        const Suggestions found = value_of(search.suggest(actor, std::string(typed)));
        worked.push_back(processor_ms() - worked_before);
        waited.push_back(
            std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count());
        suggested += !found.queries.empty() || !found.documents.empty() ? 1U : 0U;
      }
    }
    fmt::print("{} of {} answers suggest something\n", suggested, waited.size());
    print_spread("waited", waited);
    print_spread("processor time", worked);
  }

  Actor clerk() {
    const auto users = value_of(store_->read<storage::Scanned<UserRecord>>(
        [&](const storage::View& view) { return view.scan(user_table, {}); }));
    Actor actor;
    actor.user = users.items.at(0).id;
    return actor;
  }

  const Options options_;
  std::vector<std::string> subjects_;
  std::vector<std::string> pages_;
  SystemClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment environment_{{}, clock_, log_, metrics_};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<search::SearchIndex> index_;
};

}  // namespace
}  // namespace dms::bench

int main(int count, char** arguments) {
  dms::bench::Options options;
  CLI::App app("How long suggestions take among very many pages.");
  app.add_option("--cache", options.cache, "where the tenant is kept and used again")->required();
  app.add_option("--documents", options.documents, "pages (100000)");
  app.add_option("--page-bytes", options.page_bytes, "text of each (2000)");
  app.add_option("--subjects", options.subjects, "so many are typed (150)");
  app.add_option("--seconds", options.seconds,
                 "of filling; then ends with 75, and goes on when it is called again (240)");
  CLI11_PARSE(app, count, arguments);
  return dms::bench::SuggestionTimes(options).run();
}
