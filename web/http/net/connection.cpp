#include "web/http/net/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <typeinfo>
#include <utility>

#include "dms/base/id.h"
#include "dms/base/time.h"
#include "web/http/request_builder.h"

namespace dms::web {

namespace {

using SteadyClock = std::chrono::steady_clock;

// How long, and how much, we listen to a client that has our last answer: enough for what is on its
// way, too little to be worth an attack.
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t linger_bytes_max = 16UL << 20U;
// How long to wait before asking a full lane again.
constexpr std::chrono::milliseconds lane_retry{20};

std::unique_ptr<Stream> make_stream(HttpServerState& state, tcp::socket socket,
                                    Watchdog& watchdog) {
  const StreamLimits limits{state.options.body_timeout, state.options.body_bytes_per_s_min};
  Counter& sent = state.metrics.bytes_sent;
  Counter& received = state.metrics.bytes_received;
  if (state.options.transport == HttpOptions::Transport::plain) {
    return make_plain_stream(std::move(socket), limits, watchdog, sent, received);
  }
  return make_tls_stream(state.tls.load(), std::move(socket), limits, watchdog, sent, received);
}

}  // namespace

Connection::Connection(HttpServerState& state, const TransactionContext& context,
                       tcp::socket socket, std::string remote_address)
    : state_(state),
      context_(context),
      executor_(socket.get_executor()),
      remote_address_(std::move(remote_address)),
      watchdog_(std::make_shared<Watchdog>(executor_,
                                           [this] {
                                             // Between two requests there is time for a last word.
                                             if (reader_.is_idle()) {
                                               stream_->interrupt();
                                             } else {
                                               stream_->close();
                                             }
                                           })),
      stream_(make_stream(state, std::move(socket), *watchdog_)),
      reader_(*stream_, *watchdog_, state.options) {}

void Connection::start() {
  auto self = shared_from_this();
  state_.connections.add(self);
  asio::co_spawn(executor_, run(), [self](const std::exception_ptr& failure) {
    self->watchdog_->stop();
    self->stream_->close();
    if (failure) {
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& exception) {
        self->state_.log.error("connection_failed", {{"cause", typeid(exception).name()}});
      } catch (...) {
        self->state_.log.error("connection_failed", {{"cause", "unknown"}});
      }
    }
    self->state_.connections.remove(self, self->remote_address_);
  });
}

void Connection::end_softly() {
  asio::post(executor_, [self = shared_from_this()] {
    if (self->reader_.is_idle()) {
      self->stream_->interrupt();
    } else if (self->event_wait_) {
      self->event_wait_->stop();
    } else if (!self->is_up_) {
      self->stream_->close();
    }
  });
}

void Connection::end_now() {
  asio::post(executor_, [self = shared_from_this()] { self->stream_->close(); });
}

awaitable<void> Connection::run() {
  watchdog_->expect(state_.options.handshake_timeout);
  const bool is_up = co_await stream_->handshake();
  if (!is_up) {
    state_.metrics.handshake_failures.add();
    co_return;
  }
  is_up_ = true;
  watchdog_->pause();
  server_name_ = stream_->server_name();
  bool goes_on = true;
  while (goes_on) goes_on = co_await serve();
  watchdog_->expect(linger_time);
  co_await stream_->finish();
  co_await stream_->drain(linger_bytes_max);
}

Request Connection::make_request() const {
  Request request;
  request.sni = server_name_;
  request.remote_address = remote_address_;
  request.request_id = to_string(make_uuid_v7(SystemClock().now()));
  return request;
}

awaitable<bool> Connection::serve() {
  if (state_.is_stopping) co_return false;
  RequestReader::ReadHead read = co_await reader_.read_head();
  using State = RequestReader::ReadHead::State;
  if (read.state == State::closed) co_return false;

  const SteadyClock::time_point started = SteadyClock::now();
  const unsigned version = read.head.version;
  Request request = make_request();
  bool keep_alive = read.framing.keep_alive;
  OrRefusal<void> filled = fill_request(request, std::move(read.head), read.framing);
  if (read.state == State::refused) filled = tl::unexpected(std::move(read.refusal));
  Transaction transaction(context_, std::move(request), version);
  if (!filled) {
    transaction.refuse(filled.error());
    keep_alive = keep_alive && read.state == State::read;
  } else if (transaction.begin()) {
    co_await run_steps(transaction, read.framing.expects_continue);
  }
  if (read.framing.expects_continue && reader_.body_state() != RequestReader::BodyState::done) {
    // Whether the client still sends what it was not told to send cannot be known.
    keep_alive = false;
  }
  bool is_sent = false;
  if (transaction.is_answered()) is_sent = co_await respond(transaction, keep_alive);
  if (transaction.holds_resources()) co_await release(transaction);
  observe(transaction, started);
  co_return is_sent;
}

awaitable<void> Connection::run_steps(Transaction& transaction, bool expects_continue) {
  std::function<void()> work;
  if (reader_.body_state() == RequestReader::BodyState::done) {
    work = [&transaction] {
      if (transaction.admit()) transaction.complete();
    };
    co_await on_lane(transaction, std::move(work));
    co_return;
  }
  if (const auto body = reader_.buffered_body()) {
    work = [&transaction, bytes = *body] {
      if (transaction.admit() && transaction.take(bytes)) transaction.complete();
    };
    co_await on_lane(transaction, std::move(work));
    reader_.take_buffered_body();
    co_return;
  }
  if (!expects_continue && transaction.route().body != BodyKind::stream &&
      reader_.is_body_short()) {
    co_await take_short_body(transaction);
    co_return;
  }
  work = [&transaction] { transaction.admit(); };
  co_await on_lane(transaction, std::move(work));
  if (transaction.is_answered()) co_return;
  if (expects_continue) {
    const bool is_sent = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!is_sent) co_return;
  }
  co_await take_blocks(transaction);
}

awaitable<void> Connection::take_short_body(Transaction& transaction) {
  Block body;
  co_await reader_.read_block(body);
  if (reader_.body_state() != RequestReader::BodyState::done) co_return;
  std::function<void()> work = [&transaction, &body] {
    if (transaction.admit() && transaction.take(body.view())) transaction.complete();
  };
  co_await on_lane(transaction, std::move(work));
}

awaitable<void> Connection::take_blocks(Transaction& transaction) {
  using BodyState = RequestReader::BodyState;
  // One block is stored while the other is read: what a connection holds of an upload.
  std::array<Block, 2> blocks;
  std::shared_ptr<LaneJob> storing;
  for (std::size_t current = 0;; current = 1 - current) {
    Block& block = blocks.at(current);
    co_await reader_.read_block(block);
    if (storing) co_await storing->wait();
    const bool is_closed = reader_.body_state() == BodyState::closed;
    // What came before the line broke counts, where bodies are taken in pieces.
    const bool is_in_vain =
        is_closed && (transaction.route().body != BodyKind::stream || block.view().empty());
    if (transaction.is_answered() || is_in_vain) co_return;
    if (reader_.body_state() == BodyState::malformed) {
      transaction.refuse({400,
                          {"Der Inhalt der Anfrage ist nicht richtig in Stücke geteilt.",
                           "The request's chunked content is malformed."}});
      co_return;
    }
    const bool is_last = reader_.body_state() == BodyState::done;
    std::function<void()> work = [&transaction, &block, is_last] {
      if (transaction.take(block.view()) && is_last) transaction.complete();
    };
    auto started = co_await start_patiently(transaction.route().lane, std::move(work));
    if (!started) {
      transaction.fail(started.error());
      co_return;
    }
    storing = std::move(*started);
    if (is_last || is_closed) {
      co_await storing->wait();
      co_return;
    }
  }
}

awaitable<void> Connection::on_lane(Transaction& transaction, std::function<void()> work) {
  auto job = LaneJob::start(executor_, state_.lane(transaction.route().lane), std::move(work));
  if (!job) {
    state_.metrics.lane_busy.add();
    transaction.fail(job.error());
    co_return;
  }
  co_await (*job)->wait();
}

awaitable<Result<std::shared_ptr<LaneJob>>> Connection::start_patiently(
    LaneKind lane, std::function<void()> work) {
  const SteadyClock::time_point limit = SteadyClock::now() + state_.options.body_timeout;
  asio::steady_timer timer(executor_);
  for (;;) {
    auto job = LaneJob::start(executor_, state_.lane(lane), work);
    if (job) co_return job;
    state_.metrics.lane_busy.add();
    if (SteadyClock::now() >= limit) co_return job;
    timer.expires_after(lane_retry);
    co_await timer.async_wait(as_result);
  }
}

awaitable<void> Connection::release(Transaction& transaction) {
  std::function<void()> work = [&transaction] { transaction.release(); };
  auto job = co_await start_patiently(transaction.route().lane, std::move(work));
  if (job) {
    co_await (*job)->wait();
  } else {
    transaction.release();  // blocking this thread is better than keeping what is held
  }
}

}  // namespace dms::web
