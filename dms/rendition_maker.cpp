#include "dms/rendition_maker.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/lane_turn.h"
#include "dms/rendition_making.h"

namespace dms {

using std::chrono::steady_clock;
using storage::View;

namespace {

// Where the store or the helper refuses.
constexpr std::chrono::seconds put_off_for{60};
// It is woken where there is something to make; what was missed is found so.
constexpr std::chrono::minutes nothing_due{1};
constexpr std::size_t looked_at = 64;

class BackgroundMaker final : public RenditionMaker {
 public:
  BackgroundMaker(const RenditionResources& resources, RenditionOptions options)
      : resources_(resources),
        options_(std::move(options)),
        made_(resources.metrics.counter("aktenwerk_renditions_total",
                                        "Previews and thumbnails made or given up.",
                                        "tenant=\"" + options_.tenant + "\"")) {}

  ~BackgroundMaker() override { stop(); }

  Result<void> start() {
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void wake() override {
    const MutexLock lock(mutex_);
    has_news_ = true;
    is_idle_ = false;
    news_.notify_all();
  }

  bool is_busy() const override {
    const MutexLock lock(mutex_);
    return !is_idle_;
  }

  bool wait_until_idle(std::chrono::milliseconds timeout) override {
    const auto limit = steady_clock::now() + timeout;
    const MutexLock lock(mutex_);
    while (!is_idle_ && !stopping_ && steady_clock::now() < limit) news_.wait_until(mutex_, limit);
    return is_idle_;
  }

  void stop() override {
    if (!thread_.joinable()) return;
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
      news_.notify_all();
    }
    abandoned_ = true;
    thread_.join();
    const MutexLock lock(mutex_);
    if (is_making_ && turn_->take()) is_making_ = false;  // it still waited behind others'
    while (is_making_) news_.wait(mutex_);
  }

 private:
  using Records = std::vector<RenditionRecord>;

  // False: stop.
  bool wait_for_news(steady_clock::time_point limit) {
    const MutexLock lock(mutex_);
    while (!stopping_ && (!has_news_ || is_making_) && steady_clock::now() < limit) {
      news_.wait_until(mutex_, limit);
    }
    return !stopping_;
  }

  void run() {
    auto wake_at = steady_clock::now();
    while (wait_for_news(wake_at)) {
      wake_at = steady_clock::now() + nothing_due;
      if (is_running()) continue;
      if (take_failure()) {
        wake_at = steady_clock::now() + put_off_for;
        continue;
      }
      const Result<void> begun = begin();
      if (begun) continue;
      report(begun.error());
      wake_at = steady_clock::now() + put_off_for;
    }
  }

  Refused refused() const {
    const bool has_sandbox = resources_.extractor.sandbox().way != search::SandboxStatus::Way::none;
    return has_sandbox && search::office_lacks().empty() ? Refused::try_again : Refused::keep;
  }

  bool is_running() const {
    const MutexLock lock(mutex_);
    return is_making_;
  }

  // After a failure nothing is begun for a while, whatever is committed.
  bool take_failure() {
    const MutexLock lock(mutex_);
    if (has_failed_) {
      has_failed_ = false;
      put_off_until_ = steady_clock::now() + put_off_for;
    }
    if (steady_clock::now() >= put_off_until_) return false;
    has_news_ = false;
    return true;
  }

  // Has the lane make what is next; without any it is idle.
  Result<void> begin() {
    {
      const MutexLock lock(mutex_);
      has_news_ = false;
    }
    if (!is_taken_up_) is_taken_up_ = DMS_TRY(take_up_renditions(resources_.store, refused())) == 0;
    if (is_taken_up_ && !is_swept_) {
      is_swept_ = !DMS_TRY(plan_missing_renditions(resources_.store, resources_.clock.now()));
    }
    newest_is_next_ = !newest_is_next_;
    Records waiting =
        DMS_TRY(resources_.store.read<Records>([&](const View& view) -> Result<Records> {
          storage::ScanOptions options;
          options.limit = looked_at;
          if (newest_is_next_) options.direction = storage::ScanOptions::Direction::descending;
          return DMS_TRY(
                     view.scan_index(rendition_table, enum_name(RenditionState::waiting), options))
              .items;
        }));
    const auto turn = std::make_shared<LaneTurn>();
    {
      const MutexLock lock(mutex_);
      if (!is_taken_up_ || !is_swept_) has_news_ = true;
      is_idle_ = waiting.empty() && !has_news_;
      is_making_ = !waiting.empty();
      turn_ = turn;
      news_.notify_all();
    }
    if (waiting.empty()) return {};
    const Result<void> posted = resources_.lane.post([this, turn, records = std::move(waiting)] {
      if (turn->take()) make(records);
    });
    if (!posted) end_making(false);
    return posted;
  }

  // On the lane.
  void make(const Records& records) {
    bool is_done = true;
    if (!abandoned_) {
      const Result<std::size_t> made =
          make_renditions({resources_.store, resources_.extractor, resources_.clock,
                           options_.staging_folder, options_.batch_max, abandoned_},
                          records);
      is_done = made.has_value();
      if (made) made_.add(*made);
      if (!made && !abandoned_) report(made.error());
    }
    end_making(is_done);
  }

  void end_making(bool is_done) {
    const MutexLock lock(mutex_);
    is_making_ = false;
    has_failed_ = !is_done;
    has_news_ = true;
    news_.notify_all();
  }

  void report(const Error& error) {
    resources_.log.error("rendition_failed", {{"tenant", options_.tenant},
                                              {"code", std::string(to_string(error.code))},
                                              {"hint", error.hint}});
  }

  const RenditionResources resources_;
  const RenditionOptions options_;
  Counter& made_;

  std::atomic<bool> abandoned_{false};
  mutable Mutex mutex_;
  Condition news_;
  bool has_news_ DMS_GUARDED_BY(mutex_) = true;
  bool is_idle_ DMS_GUARDED_BY(mutex_) = false;
  bool stopping_ DMS_GUARDED_BY(mutex_) = false;
  bool is_making_ DMS_GUARDED_BY(mutex_) = false;  // or waits for its turn
  SharedTurn turn_ DMS_GUARDED_BY(mutex_);         // that one
  bool has_failed_ DMS_GUARDED_BY(mutex_) = false;
  steady_clock::time_point put_off_until_ DMS_GUARDED_BY(mutex_);

  bool newest_is_next_ = false;  // the thread's
  bool is_taken_up_ = false;     // likewise: what was off, or refused
  bool is_swept_ = false;        // likewise
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<RenditionMaker>> RenditionMaker::start(const RenditionResources& resources,
                                                              RenditionOptions options) {
  auto maker = std::make_unique<BackgroundMaker>(resources, std::move(options));
  DMS_TRY(maker->start());
  return maker;
}

Result<void> put_renditions_aside(storage::Store& store) {
  while (DMS_TRY(put_renditions_off(store)) > 0) {
  }
  return {};
}

}  // namespace dms
