// Requests one after the other on one connection: keep-alive, pipelining, heads and their ends.

#include "test_server.h"

namespace dms::web::test {
namespace {

std::vector<Route> echo_routes() {
  Route echo;
  echo.method = Method::post;
  echo.pattern = "/echo";
  echo.body = BodyKind::json;
  echo.handle = [](Exchange& exchange) { return text_response(exchange.body); };
  return {get_route("/hello", [](Exchange&) { return text_response("hello"); }),
          get_route("/items/{id}",
                    [](Exchange& exchange) {
                      return text_response(exchange.request.path_parameters.at("id"));
                    }),
          echo};
}

HttpsRequest echo_request(std::string_view body) {
  return {.method = "POST",
          .target = "/echo",
          .headers = {{"Content-Type", "application/json"}},
          .body = body};
}

class ConnectionTest : public testing::Test {
 protected:
  TestServer server_{make_application(echo_routes())};
  HttpsClient client_ = server_.client();
};

TEST_F(ConnectionTest, ServesManyRequestsOnOneConnection) {
  for (int i = 0; i < 50; ++i) {
    const auto response = client_.get("/items/" + std::to_string(i));
    ASSERT_TRUE(response) << response.error().hint;
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(response->body, std::to_string(i));
    EXPECT_TRUE(response->keeps_alive);
  }
  EXPECT_TRUE(has_metric(server_, "http_connections_total{transport=\"tls\"} 1"));
  EXPECT_TRUE(has_metric(server_, "http_responses_total{transport=\"tls\",status=\"2xx\"} 50"));
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  ASSERT_TRUE(client_.connect());
  std::string requests;
  for (int i = 0; i < 20; ++i) {
    requests += "GET /items/" + std::to_string(i) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    requests +=
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n\r\n[]";
  }
  ASSERT_TRUE(client_.send_raw(requests));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client_.read_response()->body, std::to_string(i));
    EXPECT_EQ(client_.read_response()->body, "[]");
  }
}

TEST_F(ConnectionTest, ReadsARequestThatComesByteByByte) {
  ASSERT_TRUE(client_.connect());
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2;x=y\r\n2]\r\n0\r\nT: x\r\n\r\n";
  for (const char c : request) ASSERT_TRUE(client_.send_raw(std::string(1, c)));
  EXPECT_EQ(client_.read_response()->body, "[1,2]");
  EXPECT_EQ(client_.get("/hello")->body, "hello");
}

TEST_F(ConnectionTest, EchoesBodiesOfAnySizeUpToTheLimit) {
  for (const std::size_t size : {0UL, 1UL, 16384UL, 65536UL, 300000UL, 1UL << 20U}) {
    const std::string body(size, 'x');
    const auto response = client_.send(echo_request(body));
    ASSERT_TRUE(response) << size << response.error().hint;
    EXPECT_EQ(response->status, 200U) << size;
    EXPECT_EQ(response->body, body) << size;
  }
}

TEST_F(ConnectionTest, SpeaksHttp10) {
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(
      client_.send_raw("GET /hello HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"));
  const auto kept = client_.read_response();
  EXPECT_EQ(kept->body, "hello");
  EXPECT_EQ(kept->header("Connection"), "keep-alive");
  ASSERT_TRUE(client_.send_raw("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(client_.read_response()->header("Connection"), "close");
  EXPECT_TRUE(client_.closed_by_peer(patience));
}

TEST_F(ConnectionTest, ClosesWhereTheClientAsksForIt) {
  const auto response = client_.send({.target = "/hello", .headers = {{"Connection", "close"}}});
  EXPECT_EQ(response->body, "hello");
  EXPECT_FALSE(response->keeps_alive);
}

TEST_F(ConnectionTest, ToleratesOneEmptyLineBeforeARequest) {
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw("\r\nGET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_EQ(client_.read_response()->body, "hello");
}

TEST_F(ConnectionTest, AnswersErrorsWithoutLosingTheConnection) {
  EXPECT_EQ(client_.get("/nothing")->status, 404U);
  const auto wrong_method = client_.send({.method = "PUT", .target = "/hello", .body = "x"});
  EXPECT_EQ(wrong_method->status, 405U);
  EXPECT_EQ(wrong_method->header("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client_.send({.method = "BREW", .target = "/hello"})->status, 501U);
  EXPECT_EQ(client_.get("/a/../b")->status, 400U);
  EXPECT_EQ(client_.send({.target = "/hello", .headers = {{"Host", "a b"}}})->status, 400U);
  EXPECT_EQ(client_.get("/hello")->body, "hello");
  EXPECT_TRUE(has_metric(server_, "http_connections_total{transport=\"tls\"} 1"));
}

TEST_F(ConnectionTest, RefusesUnsoundBytesAndCloses) {
  const std::string host = "Host: localhost\r\n";
  const std::vector<std::pair<std::string, unsigned>> table = {
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: localhost\n\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "X : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/3.0\r\n" + host + "\r\n", 505},
      {"GET /\r\n\r\n", 400},
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(40000, 'a') + "\r\n\r\n", 431},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {"POST /echo HTTP/1.1\r\n" + host +
           "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
       400},
      {"POST /echo HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
      {"POST /echo HTTP/1.1\r\n" + host + "Content-Length: +1\r\n\r\nx", 400},
      {"POST /echo HTTP/1.1\r\n" + host + "Expect: something\r\nContent-Length: 1\r\n\r\nx", 417},
  };
  for (const auto& [bytes, status] : table) {
    HttpsClient client = server_.client();
    ASSERT_TRUE(client.connect());
    // What follows must not be taken for a request.
    ASSERT_TRUE(client.send_raw(bytes + "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << bytes.substr(0, 200);
    EXPECT_EQ(response->status, status) << bytes.substr(0, 200);
    EXPECT_EQ(response->header("Connection"), "close") << bytes.substr(0, 200);
    EXPECT_NE(response->header("X-Request-Id"), "");
    EXPECT_FALSE(client.read_response()) << bytes.substr(0, 200);
  }
}

TEST_F(ConnectionTest, RefusesAMalformedChunkedBody) {
  const std::vector<std::string> bodies = {"x\r\n",
                                           "5\r\nhelloX",
                                           "-1\r\n",
                                           "5 \r\nhello\r\n0\r\n\r\n",
                                           "10000000000000001\r\n",
                                           "5\nhello\n0\n\n",
                                           "5;" + std::string(20000, 'a')};
  for (const std::string& body : bodies) {
    HttpsClient client = server_.client();
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.send_raw(
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n" +
        body + "\r\n\r\n\r\n"));
    const auto response = client.read_response();
    ASSERT_TRUE(response) << body.substr(0, 50);
    EXPECT_EQ(response->status, 400U) << body.substr(0, 50);
    EXPECT_EQ(response->header("Connection"), "close") << body.substr(0, 50);
  }
}

TEST_F(ConnectionTest, LimitsBodiesDeclaredAndChunked) {
  const std::string body((1U << 20U) + 1, 'x');
  EXPECT_EQ(client_.send(echo_request(body))->status, 413U);

  ASSERT_TRUE(client_.connect());
  std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 24; ++i) chunked += "10000\r\n" + std::string(65536, 'x') + "\r\n";
  ASSERT_TRUE(client_.send_raw(chunked));
  EXPECT_EQ(client_.read_response()->status, 413U);
}

TEST_F(ConnectionTest, LeavesTheAnswerReadableForAClientThatGoesOnSending) {
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 4000000\r\n\r\n"));
  ASSERT_TRUE(client_.send_raw(std::string(4000000, 'x')));
  const auto response = client_.read_response();
  ASSERT_TRUE(response) << response.error().hint;
  EXPECT_EQ(response->status, 413U);
  EXPECT_EQ(response->header("Connection"), "close");
}

}  // namespace
}  // namespace dms::web::test
