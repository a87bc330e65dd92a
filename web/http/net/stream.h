#pragma once

// A connection's bytes, over TLS or plain. One reader and one writer at a time, both on the
// connection's io thread. Waits end when the peer sends or takes bytes, when it closes, or when
// close() is called.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "dms/base/metrics.h"
#include "web/http/net/asio.h"
#include "web/http/net/watchdog.h"
#include "web/http/pace.h"
#include "web/http/tls_context.h"

namespace dms::web {

// What the streams of a server share with it.
struct StreamLimits {
  std::chrono::seconds progress_timeout;  // between two pieces, either way
  std::uint64_t bytes_per_s_min;
};

class Stream {
 public:
  Stream(tcp::socket socket, StreamLimits limits, Watchdog& watchdog, Counter& sent,
         Counter& received);
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // False where it failed; failure() says why.
  virtual awaitable<bool> handshake() = 0;
  // At least one byte, or 0 where the connection is over. The watchdog is the caller's.
  virtual awaitable<std::size_t> read_some(std::span<char> out) = 0;
  // Sends both in order; false where the connection is over or the peer takes them too slowly.
  // Where the watchdog is paused it watches over each piece.
  virtual awaitable<bool> write(std::string_view first, std::string_view second) = 0;
  awaitable<bool> write(std::string_view bytes) { return write(bytes, std::string_view()); }
  // The last word: close_notify, and no more bytes from us.
  virtual awaitable<void> finish() = 0;
  // The name the client asked for in TLS.
  virtual std::string server_name() const = 0;
  virtual std::string failure() const = 0;

  // Takes what still comes, at most `bytes_max`, until the peer closes: a client that is sending
  // must be able to read our answer, which a reset would destroy.
  awaitable<void> drain(std::size_t bytes_max);
  // Calls `come` once when the client has sent something or closed, or when the wait for it ended
  // with interrupt() or close(). Nothing is read.
  void when_readable(std::function<void()> come);
  // From now on the connection breaks where what was sent stays unacknowledged for so long: a
  // client that vanished is noticed though we only write a little.
  void expect_acknowledgement(std::chrono::milliseconds limit);
  // The present wait ends; the connection can still say its last word.
  void interrupt();
  // All waits end. Idempotent.
  void close();

 protected:
  awaitable<std::size_t> receive(std::span<char> out);
  awaitable<bool> send(std::string_view first, std::string_view second = {});
  void shutdown_send();

 private:
  tcp::socket socket_;
  const StreamLimits limits_;
  Watchdog& watchdog_;
  Pace pace_;
  Counter& sent_;
  Counter& received_;
};

std::unique_ptr<Stream> make_plain_stream(tcp::socket socket, StreamLimits limits,
                                          Watchdog& watchdog, Counter& sent, Counter& received);
std::unique_ptr<Stream> make_tls_stream(std::shared_ptr<const TlsContext> context,
                                        tcp::socket socket, StreamLimits limits, Watchdog& watchdog,
                                        Counter& sent, Counter& received);

}  // namespace dms::web
