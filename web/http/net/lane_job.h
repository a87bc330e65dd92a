#pragma once

// Blocking work on a lane, awaited by a coroutine of an io thread. The coroutine may do other
// things between start() and wait(): that is how reading a body and storing it overlap.

#include <functional>
#include <memory>

#include "dms/base/result.h"
#include "dms/base/worker_lanes.h"
#include "web/http/net/asio.h"

namespace dms::web {

// Belongs to the io thread of `executor`, but for the work itself.
class LaneJob : public std::enable_shared_from_this<LaneJob> {
 public:
  // Queues `work`, which must not throw; what it uses must live until wait() has returned. `busy`
  // where the lane is full.
  static Result<std::shared_ptr<LaneJob>> start(asio::any_io_executor executor, WorkerLane& lane,
                                                std::function<void()> work);

  // Returns on the io thread once the work is done. To be called once.
  awaitable<void> wait();

 private:
  LaneJob() = default;
  void finish();

  bool is_done_ = false;
  std::function<void()> waiter_;
};

}  // namespace dms::web
