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

// Lets a queue of events wake the connection for as long as it lives.
class Listening {
 public:
  Listening(EventQueue& queue, std::shared_ptr<EventWait>& place, const asio::any_io_executor& on)
      : queue_(queue), place_(place) {
    place_ = std::make_shared<EventWait>(on);
    queue_.set_wake([wait = place_] { wait->wake(); });
  }
  ~Listening() {
    queue_.set_wake(nullptr);
    place_.reset();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  EventQueue& queue_;
  std::shared_ptr<EventWait>& place_;
};

// A whole chunk: its end is not put off to the next, for which a listener might wait long. One of
// no bytes is the end of the body.
void append_chunk(std::string& out, std::string_view bytes) {
  fmt::format_to(std::back_inserter(out), "{:x}\r\n{}\r\n", bytes.size(), bytes);
}

// A comment: to the listener nothing, to the line a sign of life.
constexpr std::string_view heartbeat = ":\n\n";

}  // namespace

awaitable<bool> Connection::respond(Transaction& transaction, bool keep_alive) {
  const bool keeps = keep_alive && !state_.is_stopping && reader_.is_rest_small() &&
                     transaction.framing().kind != BodyFraming::Kind::until_close &&
                     transaction.events() == nullptr;
  const std::string date = format_http_date(SystemClock().now());
  std::string head;
  append_head(head, transaction.response(),
              {transaction.framing(), keeps, transaction.version(), date});
  bool is_sent = false;
  if (transaction.events() == nullptr) {
    is_sent = co_await write_answer(transaction, std::move(head));
  } else {
    is_sent = co_await write_events(transaction, std::move(head));
  }
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

awaitable<bool> Connection::write_events(Transaction& transaction, std::string head) {
  const bool is_chunked = transaction.framing().kind == BodyFraming::Kind::chunked;
  EventQueue& queue = *transaction.events();
  const Listening listening(queue, event_wait_, executor_);
  const std::shared_ptr<EventWait> wait = event_wait_;
  // Whoever listens has nothing more to say on this connection: whatever comes, mostly its end, is
  // the stream's.
  stream_->when_readable([wait] { wait->stop(); });
  stream_->expect_acknowledgement(state_.options.body_timeout);
  state_.metrics.event_streams.add();
  const auto append = [is_chunked](std::string& out, std::string_view bytes) {
    if (is_chunked) {
      append_chunk(out, bytes);
    } else {
      out.append(bytes);
    }
  };
  std::string out = std::move(head);
  bool is_sent = false;
  for (;;) {
    const EventQueue::Taken taken = queue.take();
    const bool ends = taken.is_ended || wait->is_stopped() || state_.is_stopping;
    if (!taken.bytes.empty()) append(out, taken.bytes);
    if (ends) append(out, "");
    is_sent = out.empty();
    if (!is_sent) is_sent = co_await stream_->write(out);
    if (ends || !is_sent) break;
    out.clear();
    const EventWait::Ended ended = co_await wait->wait(state_.options.event_heartbeat);
    if (ended == EventWait::Ended::woken) continue;
    append(out, heartbeat);
  }
  stream_->interrupt();  // the wait for the client's word
  co_return is_sent;
}

void Connection::observe(Transaction& transaction, std::chrono::steady_clock::time_point started) {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - started);
  const unsigned status = transaction.is_answered() ? transaction.response().status : 0;
  if (status >= 100 && status < 600) state_.metrics.responses.at(status / 100)->add();
  // How long somebody listened is no measure of how fast we answer.
  if (transaction.events() == nullptr) {
    state_.metrics.duration.observe(std::chrono::duration<double>(took).count());
  }
  if (state_.application.observed) state_.application.observed(transaction.request(), status, took);
}

}  // namespace dms::web
