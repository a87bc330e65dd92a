#include "web/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>
#include <utility>

#include "web/http/net/connection.h"

namespace dms::web {

namespace {

// How long to wait where accepting fails, as when there are no descriptors left.
constexpr std::chrono::milliseconds accept_retry{100};

// One io thread with an event loop of its own: what runs on it never runs beside itself, so a
// connection needs no lock and no strand.
class IoThread {
 public:
  IoThread() : context_(1), work_(asio::make_work_guard(context_)) {}

  void start() {
    thread_ = std::thread([this] { context_.run(); });
  }
  asio::io_context& context() { return context_; }
  // Runs what is left and joins.
  void finish() {
    work_.reset();
    if (thread_.joinable()) thread_.join();
  }

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

std::string numeric_address(const tcp::socket& socket) {
  SystemError error;
  const tcp::endpoint endpoint = socket.remote_endpoint(error);
  if (error) return "";
  const asio::ip::address address = endpoint.address();
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return is_mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string()
                   : address.to_string();
}

class Server final : public HttpServer {
 public:
  Server(HttpOptions options, Application application, HttpLanes lanes, Log& log,
         MetricsRegistry& metrics)
      : state_(std::move(options), std::move(application), lanes, log, metrics) {}
  ~Server() override { stop({}); }

  Result<void> start();
  std::uint16_t port() const override { return port_; }
  Result<void> reload_certificate() override;
  void stop(std::chrono::milliseconds deadline) override;

 private:
  Result<void> listen();
  awaitable<void> accept();
  void welcome(tcp::socket socket);

  HttpServerState state_;
  std::optional<Router> router_;
  std::optional<TransactionContext> context_;
  std::vector<std::unique_ptr<IoThread>> threads_;
  std::optional<tcp::acceptor> acceptor_;  // of the first io thread
  std::size_t next_thread_ = 0;            // of the first io thread
  std::uint16_t port_ = 0;
  bool is_stopped_ = false;
};

Result<void> Server::start() {
  router_ = DMS_TRY(Router::build(state_.application.routes));
  context_.emplace(TransactionContext{state_.application, *router_, state_.options.upload_bytes_max,
                                      state_.log});
  if (state_.options.transport == HttpOptions::Transport::tls) DMS_TRY(reload_certificate());
  for (std::size_t i = 0; i < std::max<std::size_t>(state_.options.io_threads, 1); ++i) {
    threads_.push_back(std::make_unique<IoThread>());
  }
  DMS_TRY(listen());
  asio::co_spawn(threads_.front()->context(), accept(), asio::detached);
  for (const auto& thread : threads_) thread->start();
  return {};
}

Result<void> Server::listen() {
  const auto failed = [&](const SystemError& error) {
    return fail(operator_error(ErrorCode::unavailable,
                               "listening on " + state_.options.address + " port " +
                                   std::to_string(state_.options.port) + ": " + error.message()));
  };
  SystemError error;
  const auto address = asio::ip::make_address(state_.options.address, error);
  if (error) return failed(error);
  const tcp::endpoint endpoint(address, state_.options.port);
  acceptor_.emplace(threads_.front()->context());
  acceptor_->open(endpoint.protocol(), error);
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(tcp::acceptor::max_listen_connections, error);
  if (error) return failed(error);
  port_ = acceptor_->local_endpoint().port();
  return {};
}

awaitable<void> Server::accept() {
  asio::steady_timer timer(threads_.front()->context());
  while (acceptor_->is_open()) {
    // The socket belongs to the event loop that will serve it.
    asio::io_context& context = threads_.at(next_thread_)->context();
    next_thread_ = (next_thread_ + 1) % threads_.size();
    auto [error, socket] = co_await acceptor_->async_accept(context, as_result);
    if (!error) {
      welcome(std::move(socket));
    } else if (acceptor_->is_open() && error != asio::error::connection_aborted) {
      state_.log.warning("accept_failed", {{"hint", error.message()}});
      timer.expires_after(accept_retry);
      co_await timer.async_wait(as_result);
    }
  }
}

void Server::welcome(tcp::socket socket) {
  std::string address = numeric_address(socket);
  if (address.empty()) return;  // gone already
  if (!state_.connections.reserve(address)) {
    state_.metrics.connections_refused.add();
    return;
  }
  state_.metrics.connections.add();
  std::make_shared<Connection>(state_, *context_, std::move(socket), std::move(address))->start();
}

Result<void> Server::reload_certificate() {
  if (state_.options.transport == HttpOptions::Transport::plain) return {};
  state_.tls = DMS_TRY(TlsContext::load(state_.options.tls));
  return {};
}

void Server::stop(std::chrono::milliseconds deadline) {
  if (std::exchange(is_stopped_, true) || threads_.empty()) return;
  const auto limit = std::chrono::steady_clock::now() + deadline;
  state_.is_stopping = true;
  if (acceptor_ && port_ != 0) {
    std::promise<void> closed;
    asio::post(threads_.front()->context(), [&] {
      SystemError ignored;
      acceptor_->close(ignored);
      closed.set_value();
    });
    closed.get_future().wait();
  }
  for (const auto& connection : state_.connections.all()) connection->end_softly();
  if (!state_.connections.wait_until_empty(limit)) {
    for (const auto& connection : state_.connections.all()) connection->end_now();
    // What runs on a lane cannot be interrupted, and uses what would be destroyed.
    state_.connections.wait_until_empty(std::chrono::steady_clock::time_point::max());
  }
  for (const auto& thread : threads_) thread->finish();
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpOptions options, Application application,
                                                      HttpLanes lanes, Log& log,
                                                      MetricsRegistry& metrics) {
  auto server =
      std::make_unique<Server>(std::move(options), std::move(application), lanes, log, metrics);
  DMS_TRY(server->start());
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace dms::web
