#pragma once

// Bounded worker lanes: named thread pools with bounded queues. Work that blocks (RocksDB, Xapian,
// files, Argon2) runs on a lane, never on an io thread; a full lane refuses, so that overload is
// told to the client instead of growing memory.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "dms/base/result.h"

namespace dms {

// Thread-safe.
class WorkerLane {
  struct State;

 public:
  struct Options {
    std::string name;  // at most 15 bytes: also the threads' name
    std::size_t threads = 2;
    std::size_t queue_limit = 256;  // tasks that wait; more are refused as `busy`
    // No sleeping thread is woken while so many run; 0: the number of processors, at least two.
    std::size_t running_max = 0;
  };
  explicit WorkerLane(Options options);
  // Runs what is queued to its end, then joins.
  ~WorkerLane();
  WorkerLane(const WorkerLane&) = delete;
  WorkerLane& operator=(const WorkerLane&) = delete;

  // Queues `task`; `busy` (retry after 1 s) where the queue is full or the lane is stopping. A task
  // must not throw; one that does ends the process with the exception's text in the log.
  Result<void> post(std::function<void()> task);
  // Refuses new work, runs the queued, joins. Idempotent.
  void stop();
  std::size_t queued() const;
  const std::string& name() const;

  // While it lives the task that made it waits for something else than a processor (an fsync,
  // another thread), and another task may run in its place. Does nothing outside a lane. Not to be
  // nested.
  class Pause {
   public:
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    State* lane_;
  };

 private:
  std::unique_ptr<State> state_;
};

}  // namespace dms
