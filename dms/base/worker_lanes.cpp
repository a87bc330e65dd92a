#include "dms/base/worker_lanes.h"

#include <pthread.h>

#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "dms/base/mutex.h"

namespace dms {

struct WorkerLane::State {
  explicit State(Options lane_options) : options(std::move(lane_options)) {}

  const Options options;
  mutable Mutex mutex;
  Condition changed;
  std::deque<std::function<void()>> waiting DMS_GUARDED_BY(mutex);
  bool stopping DMS_GUARDED_BY(mutex) = false;
  // Taken out by the one stop() that joins; the others find it empty.
  std::vector<std::thread> threads DMS_GUARDED_BY(mutex);

  // The next task; an empty function once the lane is stopping and nothing waits.
  std::function<void()> take() {
    const MutexLock lock(mutex);
    while (waiting.empty() && !stopping) changed.wait(mutex);
    if (waiting.empty()) return {};
    auto task = std::move(waiting.front());
    waiting.pop_front();
    return task;
  }

  void run() {
    while (const auto task = take()) task();
  }
};

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
  const MutexLock lock(state_->mutex);
  if (state_->stopping || state_->waiting.size() >= state_->options.queue_limit) {
    Error error =
        make_error(ErrorCode::busy, "Der Server ist ausgelastet. Bitte gleich noch einmal.",
                   "The server is busy. Please try again shortly.");
    error.hint = "lane " + state_->options.name + (state_->stopping ? " is stopping" : " is full");
    error.retry_after_s = 1;
    return fail(std::move(error));
  }
  state_->waiting.push_back(std::move(task));
  state_->changed.notify_one();
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
