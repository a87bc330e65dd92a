#include "dms/recogniser.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/lane_turn.h"
#include "dms/recognition.h"

namespace dms {

using std::chrono::steady_clock;
using storage::ContentId;
using storage::View;

namespace {

// Where the machine had no time for a page, or the store or the helper refuses.
constexpr std::chrono::seconds put_off_for{60};
// What was not told of (a document that moved while its pages waited) is found by itself.
constexpr std::chrono::minutes nothing_due{1};
// More contents than are ever read or put off at once.
constexpr std::size_t looked_at = 64;

class BackgroundRecogniser final : public Recogniser {
 public:
  BackgroundRecogniser(const RecognitionResources& resources, RecognitionOptions options)
      : resources_(resources),
        options_(std::move(options)),
        pages_(resources.metrics.counter("aktenwerk_recognised_pages_total",
                                         "Pages read by their looks.", label())) {}

  ~BackgroundRecogniser() override { stop(); }

  Result<void> start() {
    while (DMS_TRY(change_recognition_states(resources_.store, RecognitionState::off,
                                             RecognitionState::waiting)) > 0) {
    }
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
    // What still waits behind others' pages is given up.
    std::erase_if(reading_, [](const auto& each) { return each.second->take(); });
    while (!reading_.empty()) news_.wait(mutex_);
  }

 private:
  enum class Outcome : std::uint8_t { go_on, put_off };

  std::string label() const { return "tenant=\"" + options_.tenant + "\""; }

  // False: stop.
  bool wait_for_news(steady_clock::time_point limit) {
    const MutexLock lock(mutex_);
    while (!stopping_ && !has_news_ && steady_clock::now() < limit) {
      news_.wait_until(mutex_, limit);
    }
    has_news_ = false;
    return !stopping_;
  }

  void run() {
    auto wake_at = steady_clock::now();
    while (wait_for_news(wake_at)) {
      const auto now = steady_clock::now();
      wake_at = now + nothing_due;
      const Result<bool> started = start_pages(now);
      if (!started) {
        report(started.error());
        wake_at = now + put_off_for;
      }
      const MutexLock lock(mutex_);
      for (const PutOff& each : put_off_) wake_at = std::min(wake_at, each.until);
    }
  }

  // Starts what there is room for; false where nothing was.
  Result<bool> start_pages(steady_clock::time_point now) {
    bool any = false;
    while (true) {
      auto next = DMS_TRY(choose(now));
      if (!next) return any;
      const ContentId content = original_of(next->record);
      const Result<void> posted =
          resources_.lane.post([this, turn = next->turn, record = std::move(next->record)] {
            if (turn->take()) read_page(record);
          });
      if (!posted) {
        end_reading(content, Outcome::put_off);
        return any;
      }
      any = true;
    }
  }

  struct Chosen {
    RecognitionRecord record;
    SharedTurn turn;
  };
  // The next content, marked as being read; nullopt where none is due or there is no room.
  Result<std::optional<Chosen>> choose(steady_clock::time_point now) {
    using Records = std::vector<RecognitionRecord>;
    {
      const MutexLock lock(mutex_);
      while (!put_off_.empty() && put_off_.front().until <= now) put_off_.pop_front();
      if (stopping_ || reading_.size() >= options_.pages_at_once) {
        return std::optional<Chosen>();
      }
    }
    newest_is_next_ = !newest_is_next_;
    const Records waiting =
        DMS_TRY(resources_.store.read<Records>([&](const View& view) -> Result<Records> {
          storage::ScanOptions options;
          options.limit = looked_at;
          if (newest_is_next_) options.direction = storage::ScanOptions::Direction::descending;
          return DMS_TRY(view.scan_index(recognition_table, enum_name(RecognitionState::waiting),
                                         options))
              .items;
        }));
    const MutexLock lock(mutex_);
    is_idle_ = waiting.empty() && reading_.empty() && !has_news_;
    if (is_idle_) news_.notify_all();
    for (const RecognitionRecord& record : waiting) {
      const ContentId content = original_of(record);
      if (reading_.contains(content) || is_put_off(content)) continue;
      const auto turn = std::make_shared<LaneTurn>();
      reading_.emplace(content, turn);
      return std::optional(Chosen{record, turn});
    }
    return std::optional<Chosen>();
  }

  bool is_put_off(const ContentId& content) const DMS_REQUIRES(mutex_) {
    return std::any_of(put_off_.begin(), put_off_.end(),
                       [&](const PutOff& each) { return each.content == content; });
  }

  // On the lane.
  void read_page(const RecognitionRecord& record) {
    Outcome outcome = Outcome::put_off;
    if (!abandoned_) {
      const Result<PageStep> step =
          recognise_next_page({resources_.store, resources_.extractor, resources_.clock,
                               options_.staging_folder, options_.languages, abandoned_},
                              record);
      if (step) {
        outcome = *step == PageStep::out_of_turn ? Outcome::put_off : Outcome::go_on;
        if (*step == PageStep::read) pages_.add();
      } else if (!abandoned_) {
        report(step.error());
      }
    }
    end_reading(original_of(record), outcome);
  }

  void end_reading(const ContentId& content, Outcome outcome) {
    const MutexLock lock(mutex_);
    reading_.erase(content);
    if (outcome == Outcome::put_off) {
      put_off_.push_back({content, steady_clock::now() + put_off_for});
    }
    has_news_ = true;
    news_.notify_all();
  }

  void report(const Error& error) {
    resources_.log.error("recognition_failed", {{"tenant", options_.tenant},
                                                {"code", std::string(to_string(error.code))},
                                                {"hint", error.hint}});
  }

  struct PutOff {
    ContentId content;
    steady_clock::time_point until;
  };

  const RecognitionResources resources_;
  const RecognitionOptions options_;
  Counter& pages_;

  std::atomic<bool> abandoned_{false};
  mutable Mutex mutex_;
  Condition news_;
  bool has_news_ DMS_GUARDED_BY(mutex_) = true;
  bool is_idle_ DMS_GUARDED_BY(mutex_) = false;
  bool stopping_ DMS_GUARDED_BY(mutex_) = false;
  std::map<ContentId, SharedTurn> reading_ DMS_GUARDED_BY(mutex_);  // or waiting for their turns
  std::deque<PutOff> put_off_ DMS_GUARDED_BY(mutex_);               // the earliest first

  bool newest_is_next_ = false;  // the thread's
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Recogniser>> Recogniser::start(const RecognitionResources& resources,
                                                      RecognitionOptions options) {
  auto recogniser = std::make_unique<BackgroundRecogniser>(resources, std::move(options));
  DMS_TRY(recogniser->start());
  return recogniser;
}

Result<void> put_recognition_aside(storage::Store& store) {
  while (DMS_TRY(change_recognition_states(store, RecognitionState::waiting,
                                           RecognitionState::off)) > 0) {
  }
  return {};
}

}  // namespace dms
