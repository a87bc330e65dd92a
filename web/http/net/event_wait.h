#pragma once

// What a connection that sends events waits for: news, its client's next word, the server's end, or
// the time for a sign of life. Belongs to the connection's io thread, but for wake(). It outlives
// the connection where a wake is still on its way.

#include <chrono>
#include <cstdint>
#include <memory>

#include "web/http/net/asio.h"

namespace dms::web {

class EventWait : public std::enable_shared_from_this<EventWait> {
 public:
  explicit EventWait(asio::any_io_executor executor);

  // Ends the present wait, or else the next. On any thread.
  void wake();
  // The same; and it is the last wait.
  void stop();
  bool is_stopped() const { return is_stopped_; }

  enum class Ended : std::uint8_t { woken, elapsed };
  // At most so long.
  awaitable<Ended> wait(std::chrono::milliseconds limit);

 private:
  void interrupt();

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  bool is_woken_ = false;
  bool is_stopped_ = false;
};

}  // namespace dms::web
