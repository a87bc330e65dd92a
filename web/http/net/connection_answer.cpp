// The sending half of a connection.

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <utility>

#include "dms/base/time.h"
#include "web/http/net/connection.h"
#include "web/http/response_head.h"

namespace dms::web {

namespace {

// Blocks up to this are copied behind the head, to leave in one TLS record and one packet.
constexpr std::size_t coalesce_bytes_max = 16UL << 10U;

// The frames of a chunked body: what stands before a block, the end of the one before included.
class ChunkFrames {
 public:
  void append_before(std::string& out, std::size_t block_bytes) {
    if (is_open_) out.append("\r\n");
    is_open_ = block_bytes > 0;
    // A block of no bytes is the end.
    fmt::format_to(std::back_inserter(out), "{:x}\r\n", block_bytes);
    if (!is_open_) out.append("\r\n");
  }

 private:
  bool is_open_ = false;
};

}  // namespace

awaitable<bool> Connection::respond(Transaction& transaction, bool keep_alive) {
  const bool keeps = keep_alive && !state_.is_stopping && reader_.is_rest_small() &&
                     transaction.framing().kind != BodyFraming::Kind::until_close;
  const std::string date = format_http_date(SystemClock().now());
  std::string head;
  append_head(head, transaction.response(),
              {transaction.framing(), keeps, transaction.version(), date});
  const bool is_sent = co_await write_answer(transaction, std::move(head));
  if (!is_sent || !keeps) co_return false;
  co_await reader_.skip_rest();
  co_return reader_.body_state() == RequestReader::BodyState::done;
}

awaitable<bool> Connection::write_answer(Transaction& transaction, std::string head) {
  const bool is_chunked = transaction.framing().kind == BodyFraming::Kind::chunked &&
                          transaction.request().method != Method::head;
  BodySource& source = transaction.source();
  ChunkFrames frames;
  std::string prefix = std::move(head);
  std::string block = transaction.take_first_block();
  for (;;) {
    // The next block is read while this one is sent.
    const bool is_last = source.is_exhausted() && !(is_chunked && !block.empty());
    Result<std::optional<std::string>> next;
    std::shared_ptr<LaneJob> reading;
    if (!source.is_exhausted()) {
      std::function<void()> work = [&next, &source] { next = source.pull(); };
      auto started = co_await start_patiently(transaction.route().lane, std::move(work));
      if (!started) co_return false;
      reading = std::move(*started);
    }
    if (is_chunked) frames.append_before(prefix, block.size());
    bool is_sent = false;
    if (block.size() <= coalesce_bytes_max) {
      prefix.append(block);
      is_sent = co_await stream_->write(prefix);
    } else {
      is_sent = co_await stream_->write(prefix, block);
    }
    if (reading) co_await reading->wait();
    if (!is_sent || is_last) co_return is_sent;
    if (!next) {
      // Too late for an error: a connection that breaks off is the only honest answer.
      state_.log.error("body_broken_off", {{"code", std::string(to_string(next.error().code))},
                                           {"hint", next.error().hint},
                                           {"request_id", transaction.request().request_id}});
      stream_->close();
      co_return false;
    }
    prefix.clear();
    block = *next ? std::move(**next) : std::string();
  }
}

void Connection::observe(const Transaction& transaction,
                         std::chrono::steady_clock::time_point started) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  const unsigned status = transaction.is_answered() ? transaction.response().status : 0;
  if (status >= 100 && status < 600) state_.metrics.responses.at(status / 100)->add();
  state_.metrics.duration.observe(std::chrono::duration<double>(took).count());
  if (state_.application.observed) state_.application.observed(transaction.request(), status, took);
}

}  // namespace dms::web
