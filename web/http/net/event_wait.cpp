#include "web/http/net/event_wait.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace dms::web {

EventWait::EventWait(asio::any_io_executor executor)
    : executor_(std::move(executor)), timer_(executor_) {}

void EventWait::wake() {
  asio::post(executor_, [self = shared_from_this()] { self->interrupt(); });
}

void EventWait::stop() {
  is_stopped_ = true;
  interrupt();
}

void EventWait::interrupt() {
  is_woken_ = true;
  timer_.cancel();
}

awaitable<EventWait::Ended> EventWait::wait(std::chrono::milliseconds limit) {
  if (!is_woken_) {
    timer_.expires_after(limit);
    co_await timer_.async_wait(as_result);
  }
  co_return std::exchange(is_woken_, false) ? Ended::woken : Ended::elapsed;
}

}  // namespace dms::web
