// Time and number: slow clients, many clients, full lanes.

#include <atomic>
#include <future>

#include "test_server.h"

namespace dms::web::test {
namespace {

using std::chrono::seconds;

std::vector<Route> routes() {
  Route put;
  put.method = Method::put;
  put.pattern = "/content";
  put.body = BodyKind::stream;
  class NullSink final : public BodySink {
   public:
    Result<void> write(std::string_view) override { return {}; }
  };
  put.open_sink = [](Exchange&) -> Result<std::unique_ptr<BodySink>> {
    return std::make_unique<NullSink>();
  };
  put.handle = [](Exchange&) { return text_response("stored"); };
  return {get_route("/hello", [](Exchange&) { return text_response("hello"); }),
          get_route("/large", [](Exchange&) { return text_response(std::string(64 << 20, 'x')); }),
          put};
}

HttpOptions impatient() {
  HttpOptions options;
  options.handshake_timeout = options.header_timeout = options.idle_timeout = seconds(60);
  options.body_timeout = seconds(60);
  return options;
}

TEST(Timeouts, EndAHandshakeThatDoesNotGoOn) {
  HttpOptions options = impatient();
  options.handshake_timeout = seconds(1);
  TestServer server(make_application(routes()), {options});
  HttpsClientOptions plain = server.client_options();
  plain.tls = false;
  HttpsClient client(plain);
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send_raw("\x16\x03\x01"));
  EXPECT_TRUE(client.closed_by_peer(patience));
  EXPECT_TRUE(has_metric(server, "http_handshake_failures_total{transport=\"tls\"} 1"));
}

TEST(Timeouts, EndAnIdleConnection) {
  HttpOptions options = impatient();
  options.idle_timeout = seconds(1);
  TestServer server(make_application(routes()), {options});
  HttpsClient client = server.client();
  EXPECT_EQ(client.get("/hello")->status, 200U);
  EXPECT_TRUE(client.closed_by_peer(patience));
}

TEST(Timeouts, EndAHeadThatTrickles) {
  HttpOptions options = impatient();
  options.header_timeout = seconds(1);
  TestServer server(make_application(routes()), {options});
  HttpsClient client = server.client();
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send_raw("GET / HTTP/1.1\r\n"));
  // Each byte is progress, but the head as a whole has its time.
  const auto begin = std::chrono::steady_clock::now();
  while (!client.closed_by_peer(std::chrono::milliseconds(50)) && client.send_raw("X")) {
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
}

TEST(Timeouts, EndABodyThatStops) {
  HttpOptions options = impatient();
  options.body_timeout = seconds(1);
  TestServer server(make_application(routes()), {options});
  HttpsClient client = server.client();
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send_raw(
      "PUT /content HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"));
  EXPECT_TRUE(client.closed_by_peer(patience));
}

TEST(Timeouts, EndABodyThatIsTooSlow) {
  HttpOptions options = impatient();
  options.body_timeout = seconds(1);
  options.body_bytes_per_s_min = 1000;
  TestServer server(make_application(routes()), {options});
  HttpsClient client = server.client();
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send_raw(
      "PUT /content HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"));
  const auto begin = std::chrono::steady_clock::now();
  while (!client.closed_by_peer(std::chrono::milliseconds(100)) && client.send_raw("abc")) {
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, patience);
}

TEST(Timeouts, EndAnAnswerThatIsNotTaken) {
  HttpOptions options = impatient();
  options.body_timeout = seconds(1);
  TestServer server(make_application(routes()), {options});
  HttpsClientOptions small = server.client_options();
  small.receive_buffer_bytes = 4096;
  HttpsClient client(small);
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send_raw("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  // The answer is counted although it was never taken: the connection is given up.
  EXPECT_TRUE(has_metric(server, "http_responses_total{transport=\"tls\",status=\"2xx\"} 1"));
  EXPECT_FALSE(client.read_response());
}

TEST(Numbers, ConnectionsBeyondTheLimitAreClosedAtOnce) {
  HttpOptions options = impatient();
  options.connections_max = 3;
  TestServer server(make_application(routes()), {options});
  std::vector<HttpsClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(server.client());
    ASSERT_EQ(clients.back().get("/hello")->status, 200U);
  }
  HttpsClient beyond = server.client();
  EXPECT_FALSE(beyond.get("/hello"));
  EXPECT_TRUE(has_metric(server, "http_connections_refused_total{transport=\"tls\"} 1"));
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return server.client().get("/hello").has_value(); }));
}

TEST(Numbers, OneAddressCannotTakeAllConnections) {
  HttpOptions options = impatient();
  options.connections_per_address_max = 2;
  TestServer server(make_application(routes()), {options});
  HttpsClient first = server.client();
  HttpsClient second = server.client();
  ASSERT_EQ(first.get("/hello")->status, 200U);
  ASSERT_EQ(second.get("/hello")->status, 200U);
  HttpsClient third = server.client();
  EXPECT_FALSE(third.get("/hello"));
  EXPECT_EQ(first.get("/hello")->status, 200U);
}

TEST(Numbers, AFullLaneIsBusy) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> running{0};
  auto table = routes();
  table.push_back(get_route("/wait", [&](Exchange&) {
    ++running;
    released.wait();
    return text_response("waited");
  }));
  TestServer server(make_application(std::move(table)), {impatient(), 1, 1});
  std::vector<HttpsClient> waiting;
  for (int i = 0; i < 2; ++i) {
    waiting.push_back(server.client());
    ASSERT_TRUE(waiting.back().connect());
    ASSERT_TRUE(waiting.back().send_raw("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    // The first runs, the second waits in the queue.
    ASSERT_TRUE(eventually([&] { return running == 1; }));
  }
  HttpsClient client = server.client();
  Result<HttpsResponse> busy;
  ASSERT_TRUE(eventually([&] {
    busy = client.get("/hello");
    return busy && busy->status == 503;
  }));
  EXPECT_EQ(busy->header("Retry-After"), "1");
  EXPECT_TRUE(busy->keeps_alive);
  release.set_value();
  for (HttpsClient& waiter : waiting) EXPECT_EQ(waiter.read_response()->body, "waited");
  EXPECT_EQ(client.get("/hello")->status, 200U);
}

TEST(Numbers, TwoHundredConnectionsAreServedTogether) {
  HttpOptions options = impatient();
  options.io_threads = 2;
  TestServer server(make_application(routes()), {options, 2, 400});
  std::vector<HttpsClient> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(server.client());
    ASSERT_TRUE(clients.back().connect()) << i;
  }
  for (int round = 0; round < 3; ++round) {
    for (HttpsClient& client : clients) {
      ASSERT_TRUE(client.send_raw("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    for (HttpsClient& client : clients) {
      const auto response = client.read_response();
      ASSERT_TRUE(response);
      EXPECT_EQ(response->body, "hello");
    }
  }
}

}  // namespace
}  // namespace dms::web::test
