// Bodies that stream to a sink, and what becomes of it when the client breaks off.

#include <atomic>
#include <mutex>

#include "test_server.h"

namespace dms::web::test {
namespace {

// What the sinks of a test have seen. Shared between lanes.
struct Stored {
  std::atomic<int> opened{0};
  std::atomic<int> finished{0};
  std::atomic<int> undone{0};
  std::atomic<std::uint64_t> bytes{0};
  std::mutex mutex;
  std::string last;  // the last finished content, where it is small
};

class TestSink final : public BodySink {
 public:
  explicit TestSink(Stored& stored) : stored_(stored) { ++stored_.opened; }
  ~TestSink() override {
    if (!is_finished_) ++stored_.undone;
  }
  Result<void> write(std::string_view block) override {
    stored_.bytes += block.size();
    if (content_.size() < 1U << 20U) content_.append(block);
    return {};
  }
  void finish() {
    is_finished_ = true;
    ++stored_.finished;
    const std::lock_guard lock(stored_.mutex);
    stored_.last = std::move(content_);
  }

 private:
  Stored& stored_;
  std::string content_;
  bool is_finished_ = false;
};

constexpr std::string_view form = "multipart/form-data; boundary=frontier";

std::string form_body(std::string_view metadata, std::string_view file) {
  return "--frontier\r\nContent-Disposition: form-data; name=\"metadata\"\r\n"
         "Content-Type: application/json\r\n\r\n" +
         std::string(metadata) +
         "\r\n--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n"
         "Content-Type: application/pdf\r\n\r\n" +
         std::string(file) + "\r\n--frontier--\r\n";
}

class UploadTest : public testing::Test {
 protected:
  std::vector<Route> routes() {
    Route form_route;
    form_route.method = Method::post;
    form_route.pattern = "/documents";
    form_route.body = BodyKind::multipart;
    form_route.lane = LaneKind::upload;
    form_route.body_bytes_max = 100UL << 20U;
    form_route.admit = [](Exchange& exchange) -> Result<void> {
      if (exchange.request.headers.find("X-Refuse"))
        return fail(ErrorCode::forbidden, "nein", "no");
      return {};
    };
    form_route.admit_metadata = [](Exchange& exchange) -> Result<void> {
      if (exchange.parts.at("metadata") == "refuse") {
        return fail(ErrorCode::not_found, "nein", "no target");
      }
      return {};
    };
    form_route.open_sink = [this](Exchange&) -> Result<std::unique_ptr<BodySink>> {
      return std::make_unique<TestSink>(stored_);
    };
    form_route.handle = [](Exchange& exchange) {
      static_cast<TestSink&>(*exchange.sink).finish();
      Response response;
      response.status = 201;
      response.body = exchange.file_name + " " + exchange.file_media_type;
      return response;
    };
    Route stream_route = form_route;
    stream_route.method = Method::put;
    stream_route.pattern = "/content";
    stream_route.body = BodyKind::stream;
    stream_route.body_bytes_max = 0;
    return {form_route, stream_route};
  }

  HttpsRequest form_request(std::string_view body) const {
    return {.method = "POST",
            .target = "/documents",
            .headers = {{"Content-Type", std::string(form)}},
            .body = body};
  }
  std::string last() {
    const std::lock_guard lock(stored_.mutex);
    return stored_.last;
  }

  Stored stored_;
  TestServer server_{make_application(routes())};
  HttpsClient client_ = server_.client();
};

TEST_F(UploadTest, StoresAFileOfAnySize) {
  for (const std::size_t size : {0UL, 1UL, 20000UL, 262144UL, 262145UL, 900000UL}) {
    const std::string file(size, 'x');
    const std::string body = form_body("{}", file);
    const auto response = client_.send(form_request(body));
    ASSERT_TRUE(response) << size << response.error().hint;
    EXPECT_EQ(response->status, 201U) << size;
    EXPECT_EQ(response->body, "a.pdf application/pdf");
    EXPECT_EQ(last(), file) << size;
  }
  EXPECT_TRUE(has_metric(server_, "http_connections_total{transport=\"tls\"} 1"));
}

TEST_F(UploadTest, StreamsMoreThanItHolds) {
  constexpr std::uint64_t size = 64ULL << 20U;
  const std::string body(size, 'y');
  const auto response = client_.send({.method = "PUT", .target = "/content", .body = body});
  ASSERT_TRUE(response) << response.error().hint;
  EXPECT_EQ(response->status, 201U);
  EXPECT_EQ(stored_.bytes, size);
}

TEST_F(UploadTest, TakesAChunkedStream) {
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw(
      "PUT /content HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"));
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string chunk(static_cast<std::size_t>(1 + i * 977 % 20000),
                            static_cast<char>('a' + i % 26));
    expected += chunk;
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", chunk.size());
    ASSERT_TRUE(client_.send_raw(size + chunk + "\r\n"));
  }
  ASSERT_TRUE(client_.send_raw("0\r\n\r\n"));
  EXPECT_EQ(client_.read_response()->status, 201U);
  EXPECT_EQ(last(), expected);
}

TEST_F(UploadTest, UndoesWhatABrokenConnectionLeftAtAnyByte) {
  const std::string body = form_body("{\"subject\":\"x\"}", "some file");
  const std::string request =
      "POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + std::string(form) +
      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  for (std::size_t size = 0; size < request.size(); ++size) {
    HttpsClient client = server_.client();
    ASSERT_TRUE(client.connect()) << size;
    ASSERT_TRUE(client.send_raw(std::string_view(request).substr(0, size)));
    if (size % 2 == 0) {
      client.abort();
    } else {
      client.close();
    }
  }
  EXPECT_EQ(client_.send(form_request(body))->status, 201U);
  EXPECT_TRUE(eventually([&] { return stored_.opened == stored_.undone + stored_.finished; }));
  EXPECT_EQ(stored_.finished, 1);
}

TEST_F(UploadTest, UndoesALargeUploadBrokenOffInItsMidst) {
  int broken_off = 0;
  for (const std::size_t sent : {70000UL, 300000UL, 600000UL, 5000000UL}) {
    HttpsClient client = server_.client();
    ASSERT_TRUE(client.connect());
    ASSERT_TRUE(client.send_raw(
        "PUT /content HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n"));
    ASSERT_TRUE(client.send_raw(std::string(sent, 'x')));
    ++broken_off;
    // A reset may overtake what was sent before it: only then would there be nothing to undo.
    ASSERT_TRUE(eventually([&] { return stored_.opened == broken_off; }));
    client.abort();
    EXPECT_TRUE(eventually([&] { return stored_.undone == broken_off; })) << sent;
  }
  EXPECT_EQ(stored_.finished, 0);
}

TEST_F(UploadTest, TakesNoByteOfAFileThatIsNotAdmitted) {
  const std::string refused = form_body("refuse", std::string(3000000, 'x'));
  const auto response = client_.send(form_request(refused));
  ASSERT_TRUE(response) << response.error().hint;
  EXPECT_EQ(response->status, 404U);
  EXPECT_EQ(response->body, "no target");
  EXPECT_EQ(stored_.opened, 0);
}

TEST_F(UploadTest, KeepsTheConnectionWhereARefusedBodyIsSmall) {
  const std::string body = form_body("refuse", "x");
  EXPECT_EQ(client_.send(form_request(body))->status, 404U);
  EXPECT_EQ(client_.send(form_request(form_body("{}", "x")))->status, 201U);
  EXPECT_TRUE(has_metric(server_, "http_connections_total{transport=\"tls\"} 1"));
}

TEST_F(UploadTest, RefusesADeclaredLengthBeyondTheRoutesLimit) {
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw("POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: " +
                               std::string(form) + "\r\nContent-Length: 104857601\r\n\r\n"));
  EXPECT_EQ(client_.read_response()->status, 413U);
}

std::string continue_request(const std::string& fields, const std::string& body) {
  return "POST /documents HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: " +
         std::string(form) + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n";
}

TEST_F(UploadTest, SaysContinueOnlyWhenAdmitted) {
  const std::string body = form_body("{}", "x");
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw(continue_request("", body)));
  EXPECT_EQ(client_.read_response("POST", HttpsClient::Interim::take)->status, 100U);
  ASSERT_TRUE(client_.send_raw(body));
  EXPECT_EQ(client_.read_response("POST")->status, 201U);

  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw(continue_request("X-Refuse: 1\r\n", body)));
  const auto refused = client_.read_response("POST", HttpsClient::Interim::take);
  EXPECT_EQ(refused->status, 403U);
  EXPECT_EQ(refused->header("Connection"), "close");
}

TEST_F(UploadTest, NeedsNoContinueWhereTheBodyCameAlong) {
  const std::string body = form_body("{}", "x");
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(client_.send_raw(continue_request("", body) + body));
  EXPECT_EQ(client_.read_response("POST", HttpsClient::Interim::take)->status, 201U);
  EXPECT_EQ(client_.send(form_request(body))->status, 201U);
}

}  // namespace
}  // namespace dms::web::test
