// Bodies as blocks, heads as bytes, paces.

#include <gtest/gtest.h>

#include "web/http/body_source.h"
#include "web/http/pace.h"
#include "web/http/response_head.h"

namespace dms::web {
namespace {

using Kind = BodyFraming::Kind;

std::string head_of(const Response& response, unsigned version, bool keep_alive) {
  std::string out;
  append_head(
      out, response,
      {framing_of(response, version), keep_alive, version, "Mon, 02 Mar 2026 08:00:00 GMT"});
  return out;
}

TEST(ResponseHead, StatesLengthAndConnection) {
  Response response;
  response.body = "hello";
  response.headers.add("ETag", "\"1\"");
  EXPECT_EQ(head_of(response, 11, true),
            "HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 08:00:00 GMT\r\nETag: \"1\"\r\n"
            "Content-Length: 5\r\n\r\n");
  EXPECT_NE(head_of(response, 11, false).find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(head_of(response, 10, true).find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(ResponseHead, DoesNotLetAHandlerContradictIt) {
  Response response;
  response.body = "hello";
  for (const char* name : {"Content-Length", "transfer-encoding", "Connection", "date"}) {
    response.headers.add(name, "1");
  }
  const std::string head = head_of(response, 11, true);
  EXPECT_EQ(head,
            "HTTP/1.1 200 OK\r\nDate: Mon, 02 Mar 2026 08:00:00 GMT\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseHead, FramesByKindOfBody) {
  Response response;
  response.status = 204;
  EXPECT_EQ(framing_of(response, 11).kind, Kind::none);
  response.status = 304;
  response.body = "x";
  EXPECT_EQ(framing_of(response, 11).kind, Kind::none);
  response.status = 206;
  response.body = ContentBody{5, 7, {}};
  EXPECT_EQ(framing_of(response, 11).length, 7U);
  response.body = GeneratedBody{};
  EXPECT_EQ(framing_of(response, 11).kind, Kind::chunked);
  EXPECT_EQ(framing_of(response, 10).kind, Kind::until_close);
}

TEST(ResponseHead, KnowsIllFormedFields) {
  const auto is_good = [](std::string name, std::string value) {
    Headers headers;
    headers.add(std::move(name), std::move(value));
    return is_well_formed(headers);
  };
  EXPECT_TRUE(is_good("X-A", "b\tc \xC3\xA4"));
  EXPECT_FALSE(is_good("", "b"));
  EXPECT_FALSE(is_good("X A", "b"));
  EXPECT_FALSE(is_good("X-A", "b\r\nc"));
  EXPECT_FALSE(is_good("X-A", std::string("b\0c", 3)));
}

std::string pull_all(BodySource& source, std::size_t& blocks) {
  std::string all;
  for (blocks = 0;; ++blocks) {
    auto block = source.pull();
    if (!block || !*block) return all;
    all += **block;
  }
}

TEST(BodySource, ReadsAContentInBlocks) {
  const std::string stored(3 * content_block_bytes, 'x');
  Response response;
  response.body =
      ContentBody{5, 2 * content_block_bytes + 1, [&](std::uint64_t offset, std::size_t length) {
                    return Result<std::string>(stored.substr(offset, length));
                  }};
  BodySource source(response);
  std::size_t blocks = 0;
  EXPECT_EQ(pull_all(source, blocks), std::string(2 * content_block_bytes + 1, 'x'));
  EXPECT_EQ(blocks, 3U);
  EXPECT_TRUE(source.is_exhausted());
}

TEST(BodySource, EndsBlocksWhereChunksEnd) {
  std::vector<std::pair<std::uint64_t, std::size_t>> reads;
  Response response;
  response.body = ContentBody{content_block_bytes - 10, content_block_bytes + 30,
                              [&](std::uint64_t offset, std::size_t length) {
                                reads.emplace_back(offset, length);
                                return Result<std::string>(std::string(length, 'x'));
                              }};
  BodySource source(response);
  std::size_t blocks = 0;
  EXPECT_EQ(pull_all(source, blocks).size(), content_block_bytes + 30);
  const std::vector<std::pair<std::uint64_t, std::size_t>> expected = {
      {content_block_bytes - 10, 10},
      {content_block_bytes, content_block_bytes},
      {2 * content_block_bytes, 20}};
  EXPECT_EQ(reads, expected);
}

TEST(BodySource, NeverTakesAShortContentForAWholeOne) {
  Response response;
  response.body = ContentBody{0, 10, [](std::uint64_t offset, std::size_t) {
                                return Result<std::string>(offset == 0 ? "half" : "");
                              }};
  BodySource source(response);
  EXPECT_EQ(*source.pull().value(), "half");
  EXPECT_EQ(source.pull().error().code, ErrorCode::corrupt);
  EXPECT_TRUE(source.is_exhausted());
}

TEST(BodySource, SkipsEmptyPiecesAndCatchesExceptions) {
  int calls = 0;
  Response response;
  response.body = GeneratedBody{[&]() -> Result<std::optional<std::string>> {
    if (++calls == 3) throw std::runtime_error("x");
    return std::optional<std::string>(calls == 1 ? "" : "piece");
  }};
  BodySource source(response);
  EXPECT_EQ(*source.pull().value(), "piece");
  EXPECT_EQ(source.pull().error().code, ErrorCode::internal);
}

TEST(BodySource, LetsGoAtTheEnd) {
  auto held = std::make_shared<int>(1);
  Response response;
  response.body =
      ContentBody{0, 1, [held](std::uint64_t, std::size_t) { return Result<std::string>("x"); }};
  BodySource source(response);
  response = Response{};
  EXPECT_EQ(held.use_count(), 2);
  EXPECT_TRUE(source.pull());
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Pace, AllowsTheMinimumAndNotLess) {
  const Pace::Time start{};
  using std::chrono::seconds;
  Pace pace(100, seconds(60));
  pace.start(start);
  EXPECT_TRUE(pace.moved(start + seconds(59), 1));  // the window is not over
  EXPECT_FALSE(pace.moved(start + seconds(60), 5998));
  pace.start(start);
  EXPECT_TRUE(pace.moved(start + seconds(60), 6000));
  // A new window has begun.
  EXPECT_TRUE(pace.moved(start + seconds(119), 1));
  EXPECT_FALSE(pace.moved(start + seconds(120), 1));
}

}  // namespace
}  // namespace dms::web
