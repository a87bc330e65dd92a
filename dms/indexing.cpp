#include "dms/indexing.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/derived_content.h"
#include "dms/index_document.h"
#include "dms/index_feed.h"
#include "dms/lane_turn.h"
#include "dms/text_extraction.h"

namespace dms {

using std::chrono::steady_clock;
using storage::ContentId;

namespace {

constexpr std::chrono::seconds store_retry_delay{1};
// Commits come one after the other: what follows the last look within this time is looked at
// together.
constexpr std::chrono::milliseconds gathering{10};

// How often an index is asked whether a search found it damaged.
constexpr std::chrono::seconds damage_look{5};
constexpr std::chrono::hours damage_rest{1};
// An index is packed at night, from 1 or 2 o'clock to 4 or 5 in Germany, once a tenth of it was
// written since: texts wait meanwhile, some minutes for a million pages.
constexpr std::chrono::hours packed_from{0};
constexpr std::chrono::hours packed_until{3};  // UTC
constexpr std::uint64_t unpacked_share = 10;
constexpr std::chrono::hours packing_retry_delay{1};
constexpr std::chrono::minutes packing_turn_look{1};
// For a full disk to have room again.
constexpr std::chrono::seconds write_retry_delay{30};

class BackgroundIndexer final : public Indexer {
 public:
  BackgroundIndexer(const IndexingResources& resources, IndexingOptions options)
      : resources_(resources),
        options_(std::move(options)),
        documents_(resources.metrics.counter("aktenwerk_indexed_documents_total",
                                             "Documents put into the search index.", label())),
        extractions_(resources.metrics.counter("aktenwerk_extractions_total",
                                               "Contents handed to the sandbox.", label())),
        feed_(resources.store, resources.index, resources.log,
              {options_.tenant, refused_by(resources.extractor)},
              [this](const Contents& contents) { return start_extraction(contents); }) {}

  ~BackgroundIndexer() override { stop(); }

  Result<void> start() {
    is_to_be_filled_ = DMS_TRY(feed_.begin());
    // What a kill left behind that came when it was in its place.
    if (!is_to_be_filled_) remove_build();
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

  bool put_again(DocumentId document) override {
    const MutexLock lock(mutex_);
    const auto [asked, fresh] = again_.try_emplace(document, false);
    if (fresh) {
      named_again_.push_back(document);
      has_news_ = true;
      news_.notify_all();
    }
    const bool is_put = asked->second;
    if (is_put) again_.erase(asked);
    return is_put;
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
    abandoned_ = true;
    if (builder_.joinable()) builder_.join();
    const MutexLock lock(mutex_);
    // What still waits behind others' files is given up.
    std::erase_if(on_lane_, [](const SharedTurn& turn) { return turn->take(); });
    while (!on_lane_.empty()) news_.wait(mutex_);
  }

 private:
  using Contents = std::vector<ContentId>;
  using EndedBatch = std::vector<IndexFeed::Ended>;
  struct News {
    std::vector<EndedBatch> ended;
    std::optional<Result<std::string>> built;  // the folder
    std::vector<DocumentId> again;
  };

  std::string label() const { return "tenant=\"" + options_.tenant + "\""; }

  void wake() {
    const MutexLock lock(mutex_);
    if (!std::exchange(has_news_, true)) news_.notify_all();
  }

  // nullopt: stop. Waits until there is news or `limit`.
  std::optional<News> wait_for_news(steady_clock::time_point limit) {
    const MutexLock lock(mutex_);
    while (!stopping_) {
      const auto until = has_news_ ? std::min(limit, next_look_) : limit;
      if (steady_clock::now() >= until) break;
      news_.wait_until(mutex_, until);
    }
    if (stopping_) return std::nullopt;
    if (std::exchange(has_news_, false)) next_look_ = steady_clock::now() + gathering;
    return News{std::exchange(ended_, {}), std::exchange(built_, std::nullopt),
                std::exchange(named_again_, {})};
  }

  // ---- a lost index
  // ----------------------------------------------------------------------------

  // By several threads where that is worth it, else by this one.
  void begin_filling(steady_clock::time_point now) {
    const auto documents = count_documents(resources_.store);
    if (!documents) {
      report("index_not_filled", documents.error());
      fill_at_ = now + store_retry_delay;
      return;
    }
    is_to_be_filled_ = false;
    put_before_filling_ = feed_.documents_put();
    tell_rebuilt({0, *documents});
    if (options_.build_folder.empty() || *documents < options_.build_documents_min) {
      feed_.sweep_all();
    } else {
      builder_ = std::thread([this] { build(); });
    }
  }

  void build() {
    Result<std::string> built = rebuild_index(
        resources_.store, resources_.log,
        rebuild_options(options_.tenant, options_.build_folder, resources_.extractor),
        [this] { return abandoned_.load(); },
        [this](const ReindexProgress& progress) { tell_rebuilt(progress); });
    const MutexLock lock(mutex_);
    built_.emplace(std::move(built));
    has_news_ = true;
    news_.notify_all();
  }

  // What was built stays where there is no room for the whole, and is gone on with later.
  void take_over(const Result<std::string>& built, steady_clock::time_point now) {
    builder_.join();
    fill_at_ = now + write_retry_delay;
    if (!built) {
      report("index_not_built", built.error());
      is_to_be_filled_ = built.error().code == ErrorCode::storage_full ||
                         built.error().code == ErrorCode::unavailable;
      if (is_to_be_filled_) return;
      feed_.sweep_all();
    } else if (const Result<void> adopted = feed_.adopt(*built); !adopted) {
      report("index_not_adopted", adopted.error());
      is_to_be_filled_ = !feed_.broken();  // else recover() says what is to be done
      return;
    }
    remove_build();
  }

  void tell_rebuilt(const ReindexProgress& progress) {
    const MutexLock lock(mutex_);
    state_.rebuilt = progress;
  }

  // ---- an index that fails
  // ----------------------------------------------------------------------

  // Damage at once, but not again and again: where it comes back soon, the disk or this program is
  // at fault, and an operator is to look.
  bool is_to_be_recovered(steady_clock::time_point now) const {
    if (now < try_again_at_) return false;
    if (resources_.index.is_damaged()) return !recovered_at_ || now >= *recovered_at_ + damage_rest;
    return feed_.broken();
  }

  void recover(steady_clock::time_point now) {
    const bool is_damaged = resources_.index.is_damaged();
    resources_.log.warning("index_recovery",
                           {{"tenant", options_.tenant},
                            {"cause", std::string(is_damaged ? "damaged" : "not writable")}});
    try_again_at_ = now + write_retry_delay;
    const Result<void> recovered = resources_.index.recover();
    if (!recovered) return report("index_not_recovered", recovered.error());
    const Result<bool> begun = feed_.restart();
    if (!begun) return report("index_not_recovered", begun.error());
    if (is_damaged) recovered_at_ = now;
    if (!*begun) return remove_build();
    is_to_be_filled_ = !builder_.joinable();
    fill_at_ = now;
  }

  // ---- an index that takes more room than it needs
  // -------------------------------------------------------

  bool is_to_be_packed(steady_clock::time_point now) const {
    if (now < pack_at_ || feed_.broken() || builder_.joinable()) return false;
    if (resources_.index.is_damaged()) return false;
    const Instant present = resources_.clock.now();
    const auto hour = present - std::chrono::floor<std::chrono::days>(present);
    if (hour < packed_from || hour >= packed_until || !state().is_caught_up()) return false;
    const std::uint64_t unpacked = resources_.index.unpacked();
    return unpacked >= options_.unpacked_documents_min &&
           unpacked >= resources_.index.document_count() / unpacked_share;
  }

  // One tenant's at a time, for the disk.
  void pack(steady_clock::time_point now) {
    static std::mutex turn;
    const std::unique_lock mine(turn, std::try_to_lock);
    if (!mine) {
      pack_at_ = now + packing_turn_look;
      return;
    }
    tell_packing(true);
    const Result<void> packed = resources_.index.compact(options_.bytes_kept_free);
    tell_packing(false);
    if (!packed) {
      // Where there is no room for a second one, the first stays as it is.
      pack_at_ = now + packing_retry_delay;
      return report("index_not_packed", packed.error());
    }
    resources_.log.info("index_packed", {{"tenant", options_.tenant}});
  }

  void tell_packing(bool is_packing) {
    const MutexLock lock(mutex_);
    state_.is_packing = is_packing;
  }

  void remove_build() {
    std::error_code error;
    if (!options_.build_folder.empty()) std::filesystem::remove_all(options_.build_folder, error);
  }

  void run() {
    auto wake_at = steady_clock::now();
    while (auto news = wait_for_news(wake_at)) {
      const auto now = steady_clock::now();
      if (news->built) take_over(*news->built, now);
      if (is_to_be_recovered(now)) recover(now);
      if (is_to_be_filled_ && !feed_.broken() && now >= fill_at_) begin_filling(now);
      for (const EndedBatch& batch : news->ended) feed_.extractions_ended(batch, now);
      for (const DocumentId id : news->again) feed_.put_again(id);
      wake_at = std::min(now + damage_look, feed_.broken() ? hide_moved(now) : step(now));
      publish();
      if (is_to_be_packed(now)) pack(now);
    }
    if (feed_.broken()) return;
    if (const Result<void> committed = feed_.commit(); !committed) {
      report("indexing_failed", committed.error());
    }
    publish();
  }

  // When the next is due.
  steady_clock::time_point step(steady_clock::time_point now) {
    const Result<bool> worked = feed_.step(now);
    if (worked) return *worked ? now : feed_.wake_at(now);
    report("indexing_failed", worked.error());
    return now + store_retry_delay;
  }

  // What step() does before all else. An index that takes nothing is searched all the same.
  steady_clock::time_point hide_moved(steady_clock::time_point now) {
    const Result<bool> hidden = feed_.hide_moved();
    if (hidden) return now + damage_look;
    report("indexing_failed", hidden.error());
    return now + store_retry_delay;
  }

  void publish() {
    const std::vector<DocumentId> put_again = feed_.take_put_again();
    documents_.add(feed_.documents_put() - counted_);
    counted_ = feed_.documents_put();
    const MutexLock lock(mutex_);
    for (const DocumentId id : put_again) again_[id] = true;
    state_.indexed_sequence = feed_.indexed_sequence();
    state_.waiting = feed_.waiting();
    state_.documents = feed_.documents_put();
    state_.rebuilding = feed_.rebuilding();
    state_.lacks_documents = feed_.lacks_documents();
    if (feed_.is_sweeping()) state_.rebuilt.done = feed_.documents_put() - put_before_filling_;
    state_.failed = feed_.broken() || resources_.index.is_damaged();
    published_.notify_all();
  }

  bool start_extraction(const Contents& contents) {
    const auto turn = std::make_shared<LaneTurn>();
    {
      const MutexLock lock(mutex_);
      on_lane_.insert(turn);
    }
    const Result<void> posted = resources_.extraction_lane.post([this, turn, contents] {
      if (turn->take()) extract(contents, turn);
    });
    if (posted) {
      extractions_.add(contents.size());
      return true;
    }
    const MutexLock lock(mutex_);
    on_lane_.erase(turn);
    return false;
  }

  // On the lane.
  void extract(const Contents& contents, const SharedTurn& turn) {
    EndedBatch ended;
    for (const ContentId& content : contents) ended.push_back({content});
    if (!is_stopping()) make_texts(contents, ended);
    const MutexLock lock(mutex_);
    ended_.push_back(std::move(ended));
    has_news_ = true;
    on_lane_.erase(turn);
    news_.notify_all();
  }

  bool is_stopping() const {
    const MutexLock lock(mutex_);
    return stopping_;
  }

  void make_texts(const Contents& contents, EndedBatch& ended) {
    for (const ContentId& content : contents) {
      note_text_damage(resources_.store, content, resources_.log, options_.tenant);
    }
    const auto made =
        make_document_texts({resources_.store, resources_.extractor, resources_.clock,
                             options_.staging_folder, options_.recognition, options_.rendition},
                            contents);
    bool is_any_made = false;
    for (std::size_t i = 0; i < ended.size(); ++i) {
      ended[i].outcome = made[i] ? outcome_of(*made[i]) : IndexFeed::Outcome::alone;
      is_any_made = is_any_made || (made[i] && made[i]->has_value());
    }
    if (is_any_made && options_.text_made) options_.text_made();
  }

  IndexFeed::Outcome outcome_of(const Result<DocumentTextState>& made) {
    if (made) {
      // There is no use in trying before the next start, or an event that names it.
      return *made == DocumentTextState::refused ? IndexFeed::Outcome::unobtainable
                                                 : IndexFeed::Outcome::made;
    }
    report("extraction_failed", made.error());
    const bool lost = made.error().code == ErrorCode::corrupt ||
                      made.error().code == ErrorCode::not_found ||
                      storage::is_without_key(made.error());
    return lost ? IndexFeed::Outcome::unobtainable : IndexFeed::Outcome::try_again;
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
  std::vector<EndedBatch> ended_ DMS_GUARDED_BY(mutex_);
  std::set<SharedTurn> on_lane_ DMS_GUARDED_BY(mutex_);  // or waiting for their turns there
  IndexingState state_ DMS_GUARDED_BY(mutex_);

  std::map<DocumentId, bool> again_ DMS_GUARDED_BY(mutex_);  // asked for; whether it was done
  std::vector<DocumentId> named_again_ DMS_GUARDED_BY(mutex_);
  std::optional<Result<std::string>> built_ DMS_GUARDED_BY(mutex_);
  std::atomic<bool> abandoned_{false};

  // Only the thread's, as all below.
  std::thread builder_;  // stop() ends it, too
  bool is_to_be_filled_ = false;
  steady_clock::time_point fill_at_;
  std::uint64_t put_before_filling_ = 0;
  std::optional<steady_clock::time_point> recovered_at_;  // from damage
  steady_clock::time_point try_again_at_;
  steady_clock::time_point pack_at_;

  IndexFeed feed_;
  std::uint64_t counted_ = 0;
  std::uint64_t listener_ = 0;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Indexer>> Indexer::start(const IndexingResources& resources,
                                                IndexingOptions options) {
  auto indexer = std::make_unique<BackgroundIndexer>(resources, std::move(options));
  DMS_TRY(indexer->start());
  return indexer;
}

}  // namespace dms
