#pragma once

// An HttpServer on a free port of the loopback, with certificates of its own and an application
// that the test makes. Waits are short, so that tests of timeouts are.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "dms/base/log.h"
#include "support/https_client.h"
#include "support/temp_dir.h"
#include "web/http/certificates.h"
#include "web/http/server.h"

namespace dms::web::test {

using dms::test::HttpsClient;
using dms::test::HttpsClientOptions;
using dms::test::HttpsRequest;
using dms::test::HttpsResponse;

inline constexpr std::chrono::milliseconds patience{30000};  // of tests for what must happen

// Whether `condition` becomes true within patience. For what another thread does in its own time.
template <class Condition>
bool eventually(Condition condition) {
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::yield();
  }
  return true;
}

// Renders problems as "<status> <English text>", takes the hosts "localhost" and "127.0.0.1".
inline Application make_application(std::vector<Route> routes) {
  Application application;
  application.routes = std::move(routes);
  application.render_error = [](const Error& error, const Request&) {
    Response response;
    response.status = error.code == ErrorCode::busy          ? 503
                      : error.code == ErrorCode::too_large   ? 413
                      : error.code == ErrorCode::unsupported ? 415
                      : error.code == ErrorCode::forbidden   ? 403
                      : error.code == ErrorCode::not_found   ? 404
                      : error.code == ErrorCode::invalid     ? 400
                                                             : 500;
    if (error.retry_after_s > 0) {
      response.headers.add("Retry-After", std::to_string(error.retry_after_s));
    }
    response.body = error.message.en;
    return response;
  };
  application.render_refusal = [](unsigned status, const Message& message, const Request&) {
    Response response;
    response.status = status;
    response.body = message.en;
    return response;
  };
  application.finish = [](const Request& request, Response& response) {
    response.headers.set("X-Request-Id", request.request_id);
  };
  application.knows_host = [](std::string_view host) {
    return host == "localhost" || host == "127.0.0.1";
  };
  return application;
}

inline Route get_route(std::string_view pattern, Handler handle) {
  Route route;
  route.pattern = pattern;
  route.handle = std::move(handle);
  return route;
}

inline Response text_response(std::string text) {
  Response response;
  response.body = std::move(text);
  return response;
}

class TestServer {
 public:
  struct Options {
    HttpOptions http;
    std::size_t lane_threads = 2;
    std::size_t lane_queue = 64;
  };

  explicit TestServer(Application application) : TestServer(std::move(application), Options{}) {}
  TestServer(Application application, Options options)
      : interactive_({"interactive", options.lane_threads, options.lane_queue}),
        upload_({"upload", options.lane_threads, options.lane_queue}),
        password_({"password", 1, 4}) {
    auto certificates =
        ensure_certificates(folder.path(), {"localhost", "127.0.0.1"}, SystemClock().now());
    EXPECT_TRUE(certificates) << certificates.error().hint;
    options.http.port = 0;
    options.http.tls = certificates->server;
    ca_file = certificates->ca_file.string();
    transport_ = options.http.transport;
    auto started = HttpServer::start(options.http, std::move(application),
                                     {&interactive_, &upload_, &password_}, log_, metrics);
    EXPECT_TRUE(started) << started.error().hint;
    if (started) server = std::move(*started);
  }

  HttpsClientOptions client_options() const {
    HttpsClientOptions options;
    options.port = server->port();
    options.host = "localhost";
    options.tls = transport_ == HttpOptions::Transport::tls;
    options.ca_file = options.tls ? ca_file : "";
    options.timeout = patience;
    return options;
  }
  HttpsClient client() const { return HttpsClient(client_options()); }

  dms::test::TempDir folder;
  MetricsRegistry metrics;
  std::string ca_file;

 private:
  HttpOptions::Transport transport_ = HttpOptions::Transport::tls;
  NullLog log_;
  WorkerLane interactive_;
  WorkerLane upload_;
  WorkerLane password_;

 public:
  std::unique_ptr<HttpServer> server;  // goes first
};

// Whether this line is in the rendered metrics, within patience: some are counted after the answer.
inline bool has_metric(const TestServer& server, const std::string& line) {
  return eventually([&] { return server.metrics.render().find(line + "\n") != std::string::npos; });
}

}  // namespace dms::web::test
