// Bodies that stream from a content or a generator.

#include <atomic>
#include <future>

#include "test_server.h"
#include "web/http/body_source.h"

namespace dms::web::test {
namespace {

constexpr std::uint64_t large = 50ULL << 20U;
constexpr std::uint64_t block_bytes = content_block_bytes;

// The byte at `offset` of a content without a period that a block or record size could hide.
char byte_at(std::uint64_t offset) {
  return static_cast<char>(offset * 2654435761U >> 13U);
}

Response content_response(std::uint64_t offset, std::uint64_t length, std::uint64_t broken_from) {
  Response response;
  response.body = ContentBody{
      offset, length, [broken_from](std::uint64_t at, std::size_t size) -> Result<std::string> {
        if (at >= broken_from) return fail(operator_error(ErrorCode::corrupt, "broken"));
        std::string block(size, '\0');
        for (std::size_t i = 0; i < size; ++i) block[i] = byte_at(at + i);
        return block;
      }};
  return response;
}

Response generated_response(int pieces, int broken_from) {
  Response response;
  response.body = GeneratedBody{
      [pieces, broken_from, next = 0]() mutable -> Result<std::optional<std::string>> {
        if (next == broken_from) return fail(operator_error(ErrorCode::internal, "broken"));
        if (next == pieces) return std::optional<std::string>();
        return std::optional("piece " + std::to_string(next++) + "\n");
      }};
  return response;
}

class DownloadTest : public testing::Test {
 protected:
  static std::vector<Route> routes() {
    return {
        get_route("/large", [](Exchange&) { return content_response(0, large, large); }),
        get_route("/range", [](Exchange&) { return content_response(1000, 700000, large); }),
        get_route("/across", [](Exchange&) { return content_response(1048000, 2100000, large); }),
        get_route("/empty", [](Exchange&) { return content_response(0, 0, 0); }),
        get_route("/broken", [](Exchange&) { return content_response(0, large, 3000000); }),
        get_route("/lost", [](Exchange&) { return content_response(0, large, 0); }),
        get_route("/list", [](Exchange&) { return generated_response(1000, -1); }),
        get_route("/none", [](Exchange&) { return generated_response(0, -1); }),
        get_route("/cut", [](Exchange&) { return generated_response(1000, 500); }),
        get_route("/text", [](Exchange&) { return text_response(std::string(300000, 't')); }),
        get_route("/unchanged",
                  [](Exchange&) {
                    Response response;
                    response.status = 304;
                    response.headers.add("ETag", "\"x\"");
                    return response;
                  }),
    };
  }
  // Reads `target`, comparing with the content's bytes from `offset` on.
  std::uint64_t read_content(const std::string& target, std::uint64_t offset) {
    std::uint64_t at = offset;
    std::uint64_t wrong = 0;
    const auto response = client_.send({.target = target}, [&](std::string_view piece) {
      for (const char c : piece) wrong += c == byte_at(at++) ? 0 : 1;
    });
    EXPECT_TRUE(response) << response.error().hint;
    EXPECT_EQ(wrong, 0U);
    return at - offset;
  }

  TestServer server_{make_application(routes())};
  HttpsClient client_ = server_.client();
};

TEST_F(DownloadTest, StreamsALargeContentUnchanged) {
  EXPECT_EQ(read_content("/large", 0), large);
  EXPECT_EQ(read_content("/range", 1000), 700000U);
  EXPECT_EQ(read_content("/across", 1048000), 2100000U) << "from within one block to another";
  EXPECT_EQ(read_content("/empty", 0), 0U);
}

TEST_F(DownloadTest, StreamsOverPlainTransportAsWell) {
  TestServer::Options options;
  options.http.transport = HttpOptions::Transport::plain;
  TestServer plain(make_application(routes()), options);
  client_ = plain.client();
  EXPECT_EQ(read_content("/large", 0), large);
  EXPECT_EQ(client_.get("/text")->body.size(), 300000U);
  EXPECT_EQ(client_.get("/list")->header("Transfer-Encoding"), "chunked");
  client_.close();
}

TEST_F(DownloadTest, SendsAGeneratedBodyInChunks) {
  const auto list = client_.get("/list");
  ASSERT_TRUE(list) << list.error().hint;
  EXPECT_EQ(list->header("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(list->body.starts_with("piece 0\npiece 1\n"));
  EXPECT_TRUE(list->body.ends_with("piece 999\n"));
  EXPECT_EQ(client_.get("/none")->body, "");
  EXPECT_EQ(client_.get("/text")->body.size(), 300000U);
}

TEST_F(DownloadTest, SendsAGeneratedBodyToHttp10UntilTheEnd) {
  ASSERT_TRUE(client_.connect());
  ASSERT_TRUE(
      client_.send_raw("GET /list HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n"));
  const auto list = client_.read_response();
  ASSERT_TRUE(list) << list.error().hint;
  EXPECT_EQ(list->header("Transfer-Encoding"), "");
  EXPECT_EQ(list->header("Connection"), "close");
  EXPECT_TRUE(list->body.ends_with("piece 999\n"));
}

TEST_F(DownloadTest, AnswersHeadWithTheSameFieldsAndNoBody) {
  const auto head = client_.send({.method = "HEAD", .target = "/large"});
  ASSERT_TRUE(head) << head.error().hint;
  EXPECT_EQ(head->status, 200U);
  EXPECT_EQ(head->header("Content-Length"), std::to_string(large));
  EXPECT_EQ(client_.send({.method = "HEAD", .target = "/text"})->header("Content-Length"),
            "300000");
  EXPECT_EQ(client_.send({.method = "HEAD", .target = "/list"})->status, 200U);
  EXPECT_EQ(client_.send({.method = "HEAD", .target = "/nothing"})->status, 404U);
  const auto unchanged = client_.get("/unchanged");
  EXPECT_EQ(unchanged->status, 304U);
  EXPECT_EQ(unchanged->header("Content-Length"), "");
  // The connection has kept its place: no stray bytes.
  EXPECT_EQ(client_.get("/text")->body.size(), 300000U);
  EXPECT_TRUE(has_metric(server_, "http_connections_total{transport=\"tls\"} 1"));
}

TEST_F(DownloadTest, BreaksOffWhereAContentCannotBeRead) {
  EXPECT_EQ(client_.get("/lost")->status, 500U);
  std::uint64_t at = 0;
  std::uint64_t wrong = 0;
  EXPECT_FALSE(client_.send({.target = "/broken"}, [&](std::string_view piece) {
    for (const char c : piece) wrong += c == byte_at(at++) ? 0 : 1;
  }));
  EXPECT_EQ(wrong, 0U) << "what is read ahead and fails spoils nothing before it";
  EXPECT_GE(at, 2U << 20U);
  EXPECT_LE(at, 3U << 20U);
  EXPECT_FALSE(client_.get("/cut"));
  EXPECT_EQ(client_.get("/text")->status, 200U);
}

// The second block cannot be read before the client has the whole first one; nor is a third asked
// for meanwhile.
TEST_F(DownloadTest, SendsABlockWhileTheNextIsRead) {
  std::promise<void> first_is_here;
  const std::shared_future<void> gate = first_is_here.get_future().share();
  std::atomic<int> reads{0};
  std::atomic<bool> was_late{false};
  std::vector<Route> routes;
  routes.push_back(get_route("/gated", [&, gate](Exchange&) {
    Response response = content_response(0, 3 * block_bytes, large);
    auto& content = std::get<ContentBody>(response.body);
    content.read = [&, gate, read = content.read](std::uint64_t offset, std::size_t size) {
      ++reads;
      if (offset == block_bytes) was_late = gate.wait_for(patience) != std::future_status::ready;
      return read(offset, size);
    };
    return response;
  }));
  TestServer server(make_application(std::move(routes)));
  HttpsClient client = server.client();
  std::uint64_t received = 0;
  int reads_at_first = 0;
  const auto response = client.send({.target = "/gated"}, [&](std::string_view piece) {
    const bool had_first = received >= block_bytes;
    received += piece.size();
    if (had_first || received < block_bytes) return;
    reads_at_first = reads;
    first_is_here.set_value();
  });
  EXPECT_TRUE(response) << response.error().hint;
  EXPECT_EQ(received, 3 * block_bytes);
  EXPECT_FALSE(was_late);
  EXPECT_LE(reads_at_first, 2) << "one block ahead, not more";
  EXPECT_EQ(reads, 3);
}

TEST_F(DownloadTest, LetsGoOfAContentWhoseClientHasGone) {
  auto held = std::make_shared<int>(0);
  auto routes = DownloadTest::routes();
  routes.push_back(get_route("/held", [weak = std::weak_ptr(held)](Exchange&) {
    Response response = content_response(0, 1ULL << 40U, 1ULL << 40U);
    auto& content = std::get<ContentBody>(response.body);
    content.read = [shared = weak.lock(), read = content.read](std::uint64_t at, std::size_t size) {
      return read(at, size);
    };
    return response;
  }));
  TestServer server(make_application(std::move(routes)));
  HttpsClient client = server.client();
  ASSERT_TRUE(client.connect());
  ASSERT_TRUE(client.send_raw("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  ASSERT_TRUE(client.readable(patience));
  EXPECT_EQ(held.use_count(), 2);
  client.abort();
  EXPECT_TRUE(eventually([&] { return held.use_count() == 1; }));
}

}  // namespace
}  // namespace dms::web::test
