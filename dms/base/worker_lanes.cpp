#include "dms/base/worker_lanes.h"

#include <pthread.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/mutex.h"

namespace dms {

struct WorkerLane::State {
  explicit State(Options lane_options) : options(std::move(lane_options)) {
    running = options.threads;  // until they have found that there is nothing to do
  }

  const Options options;
  const std::size_t running_max = options.running_max > 0
                                      ? options.running_max
                                      : std::max(2U, std::thread::hardware_concurrency());
  mutable Mutex mutex;
  Condition changed;
  std::deque<std::function<void()>> waiting DMS_GUARDED_BY(mutex);
  // Threads neither asleep nor in a Pause.
  std::size_t running DMS_GUARDED_BY(mutex) = 0;
  std::size_t sleeping DMS_GUARDED_BY(mutex) = 0;
  std::size_t wakes DMS_GUARDED_BY(mutex) = 0;  // given out to sleepers, not yet noticed
  bool stopping DMS_GUARDED_BY(mutex) = false;
  // Taken out by the one stop() that joins; the others find it empty.
  std::vector<std::thread> threads DMS_GUARDED_BY(mutex);

  // The lane whose task this thread runs.
  static thread_local State* current;

  // The next task; an empty function once the lane is stopping and nothing waits.
  std::function<void()> take() {
    const MutexLock lock(mutex);
    while (waiting.empty() && !stopping) sleep();
    if (waiting.empty()) return {};
    auto task = std::move(waiting.front());
    waiting.pop_front();
    return task;
  }

  void sleep() DMS_REQUIRES(mutex) {
    --running;
    ++sleeping;
    while (wakes == 0 && !stopping) changed.wait(mutex);
    if (wakes > 0) {
      --wakes;  // the waker has counted this thread as running
    } else {
      --sleeping;
      ++running;
    }
  }

  // Whether a sleeper is to be notified. A running thread looks for more before it sleeps, so one
  // more is worth its wake, which costs more than most tasks, only where a processor is free.
  bool wants_wake() DMS_REQUIRES(mutex) {
    if (waiting.empty() || sleeping == 0 || running >= running_max) return false;
    --sleeping;
    ++running;
    ++wakes;
    return true;
  }

  void run() {
    current = this;
    while (const auto task = take()) task();
  }

  Error refused() const DMS_REQUIRES(mutex) {
    Error error =
        make_error(ErrorCode::busy, "Der Server ist ausgelastet. Bitte gleich noch einmal.",
                   "The server is busy. Please try again shortly.");
    error.hint = "lane " + options.name + (stopping ? " is stopping" : " is full");
    error.retry_after_s = 1;
    return error;
  }
};

thread_local WorkerLane::State* WorkerLane::State::current = nullptr;

WorkerLane::Pause::Pause() : lane_(State::current) {
  if (lane_ == nullptr) return;
  bool wake = false;
  {
    const MutexLock lock(lane_->mutex);
    --lane_->running;
    wake = lane_->wants_wake();
  }
  if (wake) lane_->changed.notify_one();
}

WorkerLane::Pause::~Pause() {
  if (lane_ == nullptr) return;
  const MutexLock lock(lane_->mutex);
  ++lane_->running;
}

WorkerLane::WorkerLane(Options options) : state_(std::make_unique<State>(std::move(options))) {
  const MutexLock lock(state_->mutex);
  for (std::size_t i = 0; i < state_->options.threads; ++i) {
    // An exception that leaves the thread's function ends the process and prints its text.
    state_->threads.emplace_back([state = state_.get()] { state->run(); });
    pthread_setname_np(state_->threads.back().native_handle(), state_->options.name.c_str());
  }
}

WorkerLane::~WorkerLane() {
  stop();
}

Result<void> WorkerLane::post(std::function<void()> task) {
  bool wake = false;
  {
    const MutexLock lock(state_->mutex);
    if (state_->stopping || state_->waiting.size() >= state_->options.queue_limit) {
      return fail(state_->refused());
    }
    state_->waiting.push_back(std::move(task));
    wake = state_->wants_wake();
  }
  if (wake) state_->changed.notify_one();
  return {};
}

void WorkerLane::stop() {
  std::vector<std::thread> threads;
  {
    const MutexLock lock(state_->mutex);
    state_->stopping = true;
    threads.swap(state_->threads);
    state_->changed.notify_all();
  }
  for (std::thread& thread : threads) thread.join();
}

std::size_t WorkerLane::queued() const {
  const MutexLock lock(state_->mutex);
  return state_->waiting.size();
}

const std::string& WorkerLane::name() const {
  return state_->options.name;
}

}  // namespace dms
