#include "dms/indexing.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/index_document.h"
#include "dms/index_feed.h"
#include "dms/text_extraction.h"

namespace dms {

using std::chrono::steady_clock;
using storage::ContentId;

namespace {

constexpr std::chrono::seconds store_retry_delay{1};
// Commits come one after the other: what follows the last look within this time is looked at
// together.
constexpr std::chrono::milliseconds gathering{10};

class BackgroundIndexer final : public Indexer {
 public:
  BackgroundIndexer(const IndexingResources& resources, IndexingOptions options)
      : resources_(resources),
        options_(std::move(options)),
        documents_(resources.metrics.counter("aktenwerk_indexed_documents_total",
                                             "Documents put into the search index.", label())),
        extractions_(resources.metrics.counter("aktenwerk_extractions_total",
                                               "Contents handed to the sandbox.", label())),
        feed_(
            resources.store, resources.index, resources.log,
            {options_.tenant, resources.extractor.sandbox().way != search::SandboxStatus::Way::none
                                  ? Refused::try_again
                                  : Refused::keep},
            [this](const ContentId& content) { return start_extraction(content); }) {}

  ~BackgroundIndexer() override { stop(); }

  Result<void> start() {
    DMS_TRY(feed_.begin());
    publish();
    listener_ = resources_.store.add_commit_listener([this](std::uint64_t) { wake(); });
    thread_ = std::thread([this] { run(); });
    return {};
  }

  IndexingState state() const override {
    const MutexLock lock(mutex_);
    IndexingState state = state_;
    state.journal_sequence = resources_.store.journal_head().sequence;
    return state;
  }

  bool wait_until_indexed(std::uint64_t sequence, std::chrono::milliseconds timeout) override {
    const auto limit = steady_clock::now() + timeout;
    const MutexLock lock(mutex_);
    while (state_.indexed_sequence < sequence && !state_.failed && !stopping_ &&
           steady_clock::now() < limit) {
      published_.wait_until(mutex_, limit);
    }
    return state_.indexed_sequence >= sequence;
  }

  void stop() override {
    if (!thread_.joinable()) return;
    resources_.store.remove_commit_listener(listener_);
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
      news_.notify_all();
      published_.notify_all();
    }
    thread_.join();
    const MutexLock lock(mutex_);
    while (on_lane_ > 0) news_.wait(mutex_);
  }

 private:
  struct Ended {
    ContentId content;
    IndexFeed::Outcome outcome;
  };

  std::string label() const { return "tenant=\"" + options_.tenant + "\""; }

  void wake() {
    const MutexLock lock(mutex_);
    if (!std::exchange(has_news_, true)) news_.notify_all();
  }

  // What ended since the last call; nullopt: stop. Waits until there is news or `limit`.
  std::optional<std::vector<Ended>> wait_for_news(steady_clock::time_point limit) {
    const MutexLock lock(mutex_);
    while (!stopping_) {
      const auto until = has_news_ ? std::min(limit, next_look_) : limit;
      if (steady_clock::now() >= until) break;
      news_.wait_until(mutex_, until);
    }
    if (stopping_) return std::nullopt;
    if (std::exchange(has_news_, false)) next_look_ = steady_clock::now() + gathering;
    return std::exchange(ended_, {});
  }

  void run() {
    auto wake_at = steady_clock::now();
    while (auto ended = wait_for_news(wake_at)) {
      const auto now = steady_clock::now();
      for (const Ended& one : *ended) feed_.extraction_ended(one.content, one.outcome, now);
      const Result<bool> worked = feed_.step(now);
      if (!worked) {
        report("indexing_failed", worked.error());
        wake_at = feed_.broken() ? now + std::chrono::hours{1} : now + store_retry_delay;
      } else {
        wake_at = *worked ? now : feed_.wake_at(now);
      }
      publish();
      if (feed_.broken()) break;
    }
    if (feed_.broken()) return;
    if (const Result<void> committed = feed_.commit(); !committed) {
      report("indexing_failed", committed.error());
    }
    publish();
  }

  void publish() {
    documents_.add(feed_.documents_put() - counted_);
    counted_ = feed_.documents_put();
    const MutexLock lock(mutex_);
    state_.indexed_sequence = feed_.indexed_sequence();
    state_.waiting = feed_.waiting();
    state_.documents = feed_.documents_put();
    state_.rebuilding = feed_.rebuilding();
    state_.failed = feed_.broken();
    published_.notify_all();
  }

  bool start_extraction(const ContentId& content) {
    {
      const MutexLock lock(mutex_);
      ++on_lane_;
    }
    const Result<void> posted =
        resources_.extraction_lane.post([this, content] { extract(content); });
    if (posted) {
      extractions_.add();
      return true;
    }
    const MutexLock lock(mutex_);
    --on_lane_;
    return false;
  }

  // On the lane.
  void extract(const ContentId& content) {
    bool stopping = false;
    {
      const MutexLock lock(mutex_);
      stopping = stopping_;
    }
    IndexFeed::Outcome outcome = IndexFeed::Outcome::try_again;
    if (!stopping) {
      const Result<DocumentTextState> made =
          make_document_text({resources_.store, resources_.extractor, resources_.clock,
                              options_.staging_folder, options_.recognition, options_.rendition},
                             content);
      if (made && options_.text_made) options_.text_made();
      if (made) {
        // Refused again: there is no use in trying before the next start.
        outcome = *made == DocumentTextState::refused ? IndexFeed::Outcome::unobtainable
                                                      : IndexFeed::Outcome::made;
      } else {
        report("extraction_failed", made.error());
        const bool lost = made.error().code == ErrorCode::corrupt ||
                          made.error().code == ErrorCode::not_found ||
                          storage::is_without_key(made.error());
        if (lost) outcome = IndexFeed::Outcome::unobtainable;
      }
    }
    const MutexLock lock(mutex_);
    ended_.push_back({content, outcome});
    has_news_ = true;
    --on_lane_;
    news_.notify_all();
  }

  void report(std::string_view event, const Error& error) {
    resources_.log.error(event, {{"tenant", options_.tenant},
                                 {"code", std::string(to_string(error.code))},
                                 {"hint", error.hint}});
  }

  IndexingResources resources_;
  IndexingOptions options_;
  Counter& documents_;
  Counter& extractions_;

  mutable Mutex mutex_;
  Condition news_;       // for the thread and for stop()
  Condition published_;  // for those who wait for a sequence
  bool has_news_ DMS_GUARDED_BY(mutex_) = false;
  steady_clock::time_point next_look_ DMS_GUARDED_BY(mutex_);
  bool stopping_ DMS_GUARDED_BY(mutex_) = false;
  std::vector<Ended> ended_ DMS_GUARDED_BY(mutex_);
  std::size_t on_lane_ DMS_GUARDED_BY(mutex_) = 0;
  IndexingState state_ DMS_GUARDED_BY(mutex_);

  IndexFeed feed_;  // after start() only the thread's
  std::uint64_t counted_ = 0;
  std::uint64_t listener_ = 0;
  std::thread thread_;
};

// Whether what the index says of itself is a place in this store's history.
Result<bool> belongs_to(const search::SearchIndex& index, const storage::Store& store) {
  const auto position = DMS_TRY(index.position());
  if (!position) return index.document_count() == 0;
  if (position->store_id != store.id()) return false;
  if (position->sequence == 0) return true;
  const auto hash = DMS_TRY(store.journal_hash(position->sequence));
  return hash && *hash == position->hash;
}

Result<void> remove_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!error) return {};
  return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
}

}  // namespace

Result<std::unique_ptr<search::SearchIndex>> open_search_index(const storage::Store& store,
                                                               const std::string& folder,
                                                               Log& log) {
  search::IndexOptions options;
  options.folder = folder;
  auto opened = search::SearchIndex::open(options);
  if (opened && DMS_TRY(belongs_to(**opened, store))) return std::move(*opened);
  if (!opened && opened.error().code != ErrorCode::corrupt) return fail(opened.error());
  log.warning("index_begun_anew",
              {{"hint", opened ? std::string("of another history") : opened.error().hint}});
  opened = fail(ErrorCode::unavailable, "", "");  // closes it
  DMS_TRY(remove_folder(folder));
  return search::SearchIndex::open(options);
}

Result<std::unique_ptr<Indexer>> Indexer::start(const IndexingResources& resources,
                                                IndexingOptions options) {
  auto indexer = std::make_unique<BackgroundIndexer>(resources, std::move(options));
  DMS_TRY(indexer->start());
  return indexer;
}

Result<ReindexProgress> reindex(const ReindexResources& resources, const std::string& index_folder,
                                const IndexingOptions& options,
                                const std::function<void(const ReindexProgress&)>& progress) {
  const std::string rebuilt_folder = index_folder + ".rebuilt";
  DMS_TRY(remove_folder(rebuilt_folder));
  ReindexProgress reached;
  reached.documents = DMS_TRY(count_documents(resources.store));
  {
    search::IndexOptions index_options;
    index_options.folder = rebuilt_folder;
    const auto index = DMS_TRY(search::SearchIndex::open(index_options));
    MetricsRegistry metrics;
    WorkerLane lane({.name = "reindex", .threads = 2, .queue_limit = 16});
    const auto indexer = DMS_TRY(Indexer::start({resources.store, *index, resources.extractor, lane,
                                                 resources.clock, resources.log, metrics},
                                                options));
    const std::uint64_t head = resources.store.journal_head().sequence;
    while (!indexer->wait_until_indexed(head, std::chrono::seconds{1})) {
      const IndexingState state = indexer->state();
      if (state.failed) return fail(operator_error(ErrorCode::unavailable, "the index failed"));
      // Documents that were shown without their text first are put twice.
      reached.done = std::min(state.documents, reached.documents);
      if (progress) progress(reached);
    }
    indexer->stop();
  }
  DMS_TRY(search::replace_index(index_folder, rebuilt_folder));
  reached.done = reached.documents;
  if (progress) progress(reached);
  return reached;
}

}  // namespace dms
