#pragma once

// The one timer of a connection. A wait's deadline is a stored time; the timer looks at it when it
// fires and goes to sleep again if it has moved. So keeping a connection alive costs no timer
// operation per request. Belongs to the connection's io thread.

#include <chrono>
#include <functional>
#include <memory>

#include "web/http/net/asio.h"

namespace dms::web {

class Watchdog : public std::enable_shared_from_this<Watchdog> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `expired` is called on the io thread when a deadline has passed; the watchdog is paused then.
  Watchdog(const asio::any_io_executor& executor, std::function<void()> expired);

  // From now on something must happen within `limit`.
  void expect(std::chrono::milliseconds limit);
  // Nothing is waited for.
  void pause() { deadline_ = Time::max(); }
  bool is_paused() const { return deadline_ == Time::max(); }
  // For good; `expired` is not called any more.
  void stop();

 private:
  void arm();
  void look();

  asio::steady_timer timer_;
  std::function<void()> expired_;
  Time deadline_ = Time::max();
  Time armed_for_ = Time::max();  // max: the timer is not running
};

}  // namespace dms::web
