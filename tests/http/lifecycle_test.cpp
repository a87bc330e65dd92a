// TLS at the door, certificates that change, and the end.

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>

#include "test_server.h"

namespace dms::web::test {
namespace {

std::vector<Route> routes() {
  return {get_route("/hello", [](Exchange&) { return text_response("hello"); }),
          get_route("/who", [](Exchange& exchange) {
            const Request& request = exchange.request;
            return text_response(request.host + " " + request.sni + " " + request.remote_address);
          })};
}

TEST(Tls, SpeaksModernVersionsOnly) {
  TestServer server(make_application(routes()));
  for (const auto& [version, name] : {std::pair{dms::test::TlsVersion::tls_1_2, "TLSv1.2"},
                                      {dms::test::TlsVersion::tls_1_3, "TLSv1.3"}}) {
    HttpsClientOptions options = server.client_options();
    options.version = version;
    options.alpn = "http/1.1";
    HttpsClient client(options);
    ASSERT_TRUE(client.connect());
    EXPECT_EQ(client.tls_version(), name);
    EXPECT_EQ(client.alpn(), "http/1.1");
    EXPECT_EQ(client.get("/hello")->body, "hello");
  }
  HttpsClientOptions old = server.client_options();
  old.version = dms::test::TlsVersion::tls_1_1;
  EXPECT_FALSE(HttpsClient(old).connect());
  HttpsClientOptions weak = server.client_options();
  weak.version = dms::test::TlsVersion::tls_1_2;
  weak.ciphers = "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256";
  EXPECT_FALSE(HttpsClient(weak).connect());
}

TEST(Tls, ComparesServerNameAndHost) {
  TestServer server(make_application(routes()));
  HttpsClient client = server.client();
  EXPECT_EQ(client.get("/who")->body, "localhost localhost 127.0.0.1");
  EXPECT_EQ(client.send({.target = "/who", .headers = {{"Host", "LocalHost:1"}}})->body,
            "localhost localhost 127.0.0.1");
  EXPECT_EQ(client.send({.target = "/who", .headers = {{"Host", "127.0.0.1"}}})->status, 421U);
  EXPECT_EQ(client.send({.target = "/who", .headers = {{"Host", "other.example"}}})->status, 421U);
  HttpsClientOptions nameless = server.client_options();
  nameless.sni = "";
  HttpsClient without(nameless);
  EXPECT_EQ(without.send({.target = "/who", .headers = {{"Host", "127.0.0.1"}}})->body,
            "127.0.0.1  127.0.0.1");
}

TEST(Tls, ReloadsAGoodCertificateAndKeepsTheOldForABadOne) {
  TestServer server(make_application(routes()));
  HttpsClient before = server.client();
  ASSERT_TRUE(before.connect());

  const auto certificate = server.folder / "server.pem";
  std::filesystem::copy_file(certificate, server.folder / "kept.pem");
  std::ofstream(certificate) << "not a certificate";
  EXPECT_FALSE(server.server->reload_certificate());
  EXPECT_EQ(server.client().get("/hello")->status, 200U);

  // A new authority: a client that trusts only the new one gets in, one that trusts the old not.
  const dms::test::TempDir other;
  const auto made =
      ensure_certificates(other.path(), {"localhost", "127.0.0.1"}, SystemClock().now());
  ASSERT_TRUE(made);
  using std::filesystem::copy_options;
  std::filesystem::copy_file(other / "server.pem", certificate, copy_options::overwrite_existing);
  std::filesystem::copy_file(other / "server-key.pem", server.folder / "server-key.pem",
                             copy_options::overwrite_existing);
  ASSERT_TRUE(server.server->reload_certificate());
  HttpsClientOptions options = server.client_options();
  EXPECT_FALSE(HttpsClient(options).connect());
  options.ca_file = made->ca_file.string();
  EXPECT_EQ(HttpsClient(options).get("/hello")->status, 200U);
  // What began under the old certificate goes on.
  EXPECT_EQ(before.get("/hello")->status, 200U);
}

TEST(Start, FailsWithACause) {
  NullLog log;
  MetricsRegistry metrics;
  HttpOptions options;
  options.transport = HttpOptions::Transport::plain;
  options.address = "not an address";
  EXPECT_FALSE(HttpServer::start(options, make_application(routes()), {}, log, metrics));
  options.address = "192.0.2.1";  // nobody's (RFC 5737)
  EXPECT_FALSE(HttpServer::start(options, make_application(routes()), {}, log, metrics));
  options.transport = HttpOptions::Transport::tls;
  options.address = "127.0.0.1";
  EXPECT_FALSE(HttpServer::start(options, make_application(routes()), {}, log, metrics));
}

class StopTest : public testing::Test {
 protected:
  std::vector<Route> table() {
    auto rows = routes();
    rows.push_back(get_route("/wait", [this](Exchange&) {
      is_running_ = true;
      released_.wait();
      return text_response(std::string(1U << 20U, 'w'));
    }));
    return rows;
  }
  HttpsClient waiting_client() {
    HttpsClient client = server_.client();
    EXPECT_TRUE(client.connect());
    EXPECT_TRUE(client.send_raw("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_TRUE(eventually([&] { return is_running_.load(); }));
    return client;
  }

  std::atomic<bool> is_running_{false};
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
  TestServer server_{make_application(table())};
};

TEST_F(StopTest, LetsARunningRequestEnd) {
  HttpsClient idle = server_.client();
  ASSERT_EQ(idle.get("/hello")->status, 200U);
  HttpsClient client = waiting_client();
  auto stopped = std::async(std::launch::async, [&] { server_.server->stop(patience); });
  // Nobody new is let in, who waits is sent away, who runs is not.
  EXPECT_TRUE(idle.closed_by_peer(patience));
  EXPECT_FALSE(server_.client().connect());
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  release_.set_value();
  const auto response = client.read_response();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), 1U << 20U);
  EXPECT_EQ(response->header("Connection"), "close");
  stopped.wait();
}

TEST_F(StopTest, ClosesAtTheDeadlineWhatDoesNotEnd) {
  HttpsClient client = waiting_client();
  auto stopped =
      std::async(std::launch::async, [&] { server_.server->stop(std::chrono::milliseconds(50)); });
  EXPECT_TRUE(client.closed_by_peer(patience));
  // The handler is on a lane and uses the application: the server waits for it.
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  release_.set_value();
  stopped.wait();
}

TEST_F(StopTest, IsIdempotent) {
  server_.server->stop(patience);
  server_.server->stop(patience);
}

}  // namespace
}  // namespace dms::web::test
