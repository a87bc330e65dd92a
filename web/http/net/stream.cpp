#include "web/http/net/stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "web/http/tls_engine.h"

namespace dms::web {

namespace {

// How much is encrypted before it is sent: bounds the ciphertext held for a connection.
constexpr std::size_t encrypt_bytes = 256UL << 10U;
// A ciphertext buffer beyond this is given back when the connection waits for its client.
constexpr std::size_t kept_output_bytes = 32UL << 10U;

}  // namespace

Stream::Stream(tcp::socket socket, StreamLimits limits, Watchdog& watchdog, Counter& sent,
               Counter& received)
    : socket_(std::move(socket)),
      limits_(limits),
      watchdog_(watchdog),
      pace_(limits.bytes_per_s_min, limits.progress_timeout),
      sent_(sent),
      received_(received) {
  SystemError ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

void Stream::interrupt() {
  SystemError ignored;
  socket_.cancel(ignored);
}

void Stream::close() {
  SystemError ignored;
  socket_.close(ignored);
}

void Stream::when_readable(std::function<void()> come) {
  socket_.async_wait(tcp::socket::wait_read,
                     [come = std::move(come)](SystemError /*error*/) { come(); });
}

void Stream::expect_acknowledgement(std::chrono::milliseconds limit) {
  const auto milliseconds = static_cast<unsigned>(limit.count());
  // Without it the system gives up after a quarter of an hour; that is worth no error.
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &milliseconds,
               sizeof milliseconds);
}

void Stream::shutdown_send() {
  SystemError ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

awaitable<std::size_t> Stream::receive(std::span<char> out) {
  const auto buffer = asio::buffer(out.data(), out.size());
  const auto [error, bytes] = co_await socket_.async_read_some(buffer, as_result);
  received_.add(bytes);
  co_return error ? 0 : bytes;
}

awaitable<bool> Stream::send(std::string_view first, std::string_view second) {
  // Within a handshake or a read the deadline is the caller's and is not put off.
  const bool sets_deadline = watchdog_.is_paused();
  pace_.start(std::chrono::steady_clock::now());
  while (!first.empty() || !second.empty()) {
    if (sets_deadline) watchdog_.expect(limits_.progress_timeout);
    const std::array<asio::const_buffer, 2> buffers = {
        asio::const_buffer(first.data(), first.size()),
        asio::const_buffer(second.data(), second.size())};
    const auto [error, bytes] = co_await socket_.async_write_some(buffers, as_result);
    if (error) co_return false;
    sent_.add(bytes);
    const std::size_t of_first = std::min(bytes, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(bytes - of_first);
    const bool is_whole = first.empty() && second.empty();
    if (!is_whole && !pace_.moved(std::chrono::steady_clock::now(), bytes)) co_return false;
  }
  if (sets_deadline) watchdog_.pause();
  co_return true;
}

awaitable<void> Stream::drain(std::size_t bytes_max) {
  std::array<char, 16384> scratch;
  while (bytes_max > 0) {
    const std::size_t bytes = co_await receive(scratch);
    if (bytes == 0) co_return;
    bytes_max -= std::min(bytes, bytes_max);
  }
}

namespace {

class PlainStream final : public Stream {
 public:
  using Stream::Stream;
  using Stream::write;

  awaitable<bool> handshake() override { co_return true; }
  awaitable<std::size_t> read_some(std::span<char> out) override { return receive(out); }
  awaitable<bool> write(std::string_view first, std::string_view second) override {
    return send(first, second);
  }
  awaitable<void> finish() override {
    shutdown_send();
    co_return;
  }
  std::string server_name() const override { return ""; }
  std::string failure() const override { return ""; }
};

class TlsStream final : public Stream {
 public:
  TlsStream(std::shared_ptr<const TlsContext> context, tcp::socket socket, StreamLimits limits,
            Watchdog& watchdog, Counter& sent, Counter& received)
      : Stream(std::move(socket), limits, watchdog, sent, received), engine_(std::move(context)) {}

  using Stream::write;
  awaitable<bool> handshake() override;
  awaitable<std::size_t> read_some(std::span<char> out) override;
  awaitable<bool> write(std::string_view first, std::string_view second) override;
  awaitable<void> finish() override;
  std::string server_name() const override { return engine_.server_name(); }
  std::string failure() const override { return engine_.failure(); }

 private:
  // Sends what the engine has put out.
  awaitable<bool> flush();
  // Brings ciphertext in; false where the connection is over.
  awaitable<bool> fill();

  TlsEngine engine_;
};

awaitable<bool> TlsStream::flush() {
  std::string& output = engine_.output();
  if (output.empty()) co_return true;
  const bool is_sent = co_await send(output);
  output.clear();
  co_return is_sent;
}

awaitable<bool> TlsStream::fill() {
  std::string& output = engine_.output();
  if (output.capacity() > kept_output_bytes) std::string().swap(output);
  const std::size_t bytes = co_await receive(engine_.input_space());
  engine_.input_received(bytes);
  co_return bytes > 0;
}

awaitable<bool> TlsStream::handshake() {
  for (;;) {
    const TlsEngine::State state = engine_.handshake();
    // Also after a failure: the alert tells the client what was wrong.
    const bool is_sent = co_await flush();
    if (state == TlsEngine::State::done) co_return is_sent;
    if (state != TlsEngine::State::wants_input || !is_sent) co_return false;
    const bool has_more = co_await fill();
    if (!has_more) co_return false;
  }
}

awaitable<std::size_t> TlsStream::read_some(std::span<char> out) {
  std::size_t total = 0;
  for (;;) {
    // All records that have come, for one return.
    TlsEngine::Read read = engine_.read(out.subspan(total));
    total += read.bytes;
    if (read.state == TlsEngine::State::done && total < out.size() && engine_.may_hold_input()) {
      continue;
    }
    const bool is_sent = co_await flush();
    if (total > 0) co_return total;
    if (read.state != TlsEngine::State::wants_input || !is_sent) co_return 0;
    const bool has_more = co_await fill();
    if (!has_more) co_return 0;
  }
}

awaitable<bool> TlsStream::write(std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    std::size_t room = encrypt_bytes;
    for (std::string_view* part : {&first, &second}) {
      const std::string_view piece = part->substr(0, room);
      if (!engine_.write(piece)) co_return false;
      part->remove_prefix(piece.size());
      room -= piece.size();
    }
    const bool is_sent = co_await flush();
    if (!is_sent) co_return false;
  }
  co_return true;
}

awaitable<void> TlsStream::finish() {
  engine_.close();
  co_await flush();
  shutdown_send();
}

}  // namespace

std::unique_ptr<Stream> make_plain_stream(tcp::socket socket, StreamLimits limits,
                                          Watchdog& watchdog, Counter& sent, Counter& received) {
  return std::make_unique<PlainStream>(std::move(socket), limits, watchdog, sent, received);
}

std::unique_ptr<Stream> make_tls_stream(std::shared_ptr<const TlsContext> context,
                                        tcp::socket socket, StreamLimits limits, Watchdog& watchdog,
                                        Counter& sent, Counter& received) {
  return std::make_unique<TlsStream>(std::move(context), std::move(socket), limits, watchdog, sent,
                                     received);
}

}  // namespace dms::web
