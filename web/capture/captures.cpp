#include "web/capture/captures.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

namespace dms::web {

namespace {

constexpr std::chrono::minutes pause_max{15};
constexpr std::chrono::seconds pause_after_failure_min{5};
constexpr std::uint64_t doublings_max = 16;

std::string labels_of(const Captures::Named& named) {
  return fmt::format(R"(tenant="{}",kind="{}",name="{}")", named.tenant, named.kind, named.name);
}

// For the operator, who reads it at the admin address alone.
std::string text_of(const Error& error) {
  return fmt::format("{}: {}", to_string(error.code),
                     error.hint.empty() ? error.message.en : error.hint);
}

}  // namespace

std::chrono::milliseconds capture_pause(std::chrono::milliseconds interval,
                                        std::uint64_t failures) {
  if (failures == 0) return interval;
  const auto first = std::max<std::chrono::milliseconds>(interval, pause_after_failure_min);
  const auto pause = first * (1ULL << std::min(failures - 1, doublings_max));
  // An interval that is longer stays so.
  return std::max(interval, std::min<std::chrono::milliseconds>(pause, pause_max));
}

struct Captures::Running {
  Running(Named its, std::unique_ptr<CaptureSource> its_source, MetricsRegistry& metrics)
      : named(std::move(its)),
        source(std::move(its_source)),
        taken(metrics.counter("capture_items_total", "Items that came in by themselves",
                              labels_of(named))),
        failed(metrics.counter("capture_failed_rounds_total", "Rounds that failed",
                               labels_of(named))) {
    view.tenant = named.tenant;
    view.kind = named.kind;
    view.name = named.name;
    view.state = "starting";
  }

  const Named named;
  const std::unique_ptr<CaptureSource> source;  // of its thread
  Counter& taken;
  Counter& failed;
  CaptureView view;  // under the mutex
};

Captures::Captures(const Clock& clock, Log& log, MetricsRegistry& metrics)
    : clock_(clock), log_(log), metrics_(metrics) {}

Captures::~Captures() {
  stop();
}

void Captures::add(Named named, std::unique_ptr<CaptureSource> source) {
  running_.push_back(std::make_unique<Running>(std::move(named), std::move(source), metrics_));
  Running& added = *running_.back();
  metrics_.gauge("capture_failures_in_a_row", "Rounds since the last that went well",
                 labels_of(added.named), [this, &added] {
                   const MutexLock lock(mutex_);
                   return static_cast<double>(added.view.failures);
                 });
}

void Captures::start() {
  for (const auto& running : running_) {
    threads_.emplace_back([this, &running = *running] {
      pthread_setname_np(pthread_self(), "capture");
      run(running);
    });
  }
}

std::vector<CaptureView> Captures::views() const {
  const MutexLock lock(mutex_);
  std::vector<CaptureView> views;
  for (const auto& running : running_) views.push_back(running->view);
  return views;
}

void Captures::stop() {
  {
    const MutexLock lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool Captures::wait(std::chrono::milliseconds pause) {
  const auto end = std::chrono::steady_clock::now() + pause;
  const MutexLock lock(mutex_);
  while (!is_stopping_ && std::chrono::steady_clock::now() < end) wake_.wait_until(mutex_, end);
  return !is_stopping_;
}

void Captures::run(Running& running) {
  std::chrono::milliseconds pause{0};
  while (wait(pause)) {
    go(running);
    const MutexLock lock(mutex_);
    pause = capture_pause(running.named.interval, running.view.failures);
  }
}

void Captures::go(Running& running) {
  Result<void> outcome;
  for (bool is_complete = false; !is_complete && outcome && !is_stopping_;) {
    CaptureRound round;
    outcome = running.source->go(round, is_stopping_);
    is_complete = round.is_complete;
    running.taken.add(round.taken);
    const MutexLock lock(mutex_);
    running.view.taken += round.taken;
    running.view.known += round.known;
    running.view.filed += round.filed;
    running.view.refused += round.refused;
    running.view.infected += round.infected;
    if (round.taken + round.known + round.refused == 0) continue;
    log_.info("captured", {{"tenant", running.named.tenant},
                           {"kind", running.named.kind},
                           {"name", running.named.name},
                           {"taken", round.taken},
                           {"known", round.known},
                           {"filed", round.filed},
                           {"refused", round.refused},
                           {"infected", round.infected}});
  }
  if (is_stopping_) return;
  const MutexLock lock(mutex_);
  CaptureView& view = running.view;
  const bool was_well = view.failures == 0;
  if (outcome) {
    if (!was_well) {
      log_.info("capture_recovered", {{"tenant", view.tenant}, {"name", view.name}});
    }
    view.state = "well";
    view.failures = 0;
    view.failure.reset();
    view.last_success = clock_.now();
    return;
  }
  running.failed.add();
  const std::string text = text_of(outcome.error());
  // Told once, and again when it is another trouble.
  if (view.failure != text) {
    log_.error("capture_failed", {{"tenant", view.tenant},
                                  {"kind", view.kind},
                                  {"name", view.name},
                                  {"code", std::string(to_string(outcome.error().code))},
                                  {"hint", outcome.error().hint}});
  }
  view.state = "failing";
  ++view.failures;
  view.failure = text;
}

}  // namespace dms::web
