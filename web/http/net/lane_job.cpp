#include "web/http/net/lane_job.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace dms::web {

Result<std::shared_ptr<LaneJob>> LaneJob::start(asio::any_io_executor executor, WorkerLane& lane,
                                                std::function<void()> work) {
  std::shared_ptr<LaneJob> job(new LaneJob);
  DMS_TRY(lane.post([job, executor = std::move(executor), work = std::move(work)]() mutable {
    work();
    work = nullptr;  // what it holds goes here, where it may block
    asio::post(executor, [job = std::move(job)] { job->finish(); });
  }));
  return job;
}

awaitable<void> LaneJob::wait() {
  if (is_done_) co_return;
  const std::shared_ptr<LaneJob> self = shared_from_this();
  // Shared, for std::function wants to copy (and 1.81's any_completion_handler recurses for ever
  // when moved).
  auto initiate = [self](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    self->waiter_ = [shared] { std::move (*shared)(); };
  };
  auto operation = asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(initiate),
                                                                               asio::use_awaitable);
  co_await std::move(operation);
}

void LaneJob::finish() {
  is_done_ = true;
  if (!waiter_) return;
  const std::function<void()> waiter = std::exchange(waiter_, nullptr);
  waiter();
}

}  // namespace dms::web
