#include "web/http/net/watchdog.h"

#include <utility>

namespace dms::web {

Watchdog::Watchdog(const asio::any_io_executor& executor, std::function<void()> expired)
    : timer_(executor), expired_(std::move(expired)) {}

void Watchdog::expect(std::chrono::milliseconds limit) {
  deadline_ = std::chrono::steady_clock::now() + limit;
  if (deadline_ < armed_for_) arm();
}

void Watchdog::stop() {
  expired_ = nullptr;
  deadline_ = Time::max();
  timer_.cancel();
}

void Watchdog::arm() {
  armed_for_ = deadline_;
  timer_.expires_at(armed_for_);
  timer_.async_wait([weak = weak_from_this()](SystemError error) {
    // Cancelled: armed anew, or stopped.
    if (error) return;
    if (const auto self = weak.lock()) self->look();
  });
}

void Watchdog::look() {
  armed_for_ = Time::max();
  if (!expired_ || deadline_ == Time::max()) return;
  if (std::chrono::steady_clock::now() < deadline_) return arm();
  pause();
  expired_();
}

}  // namespace dms::web
