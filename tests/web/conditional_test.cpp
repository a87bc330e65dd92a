#include "web/api/conditional.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

Request request_with(std::string_view name, std::string value) {
  Request request;
  request.headers.add(std::string(name), std::move(value));
  return request;
}

TEST(RequiredRevision, ReadsTheTagThatObjectsCarry) {
  const auto revision = required_revision(request_with("If-Match", revision_etag(42)));
  ASSERT_TRUE(revision);
  EXPECT_EQ(*revision, 42U);
}

TEST(RequiredRevision, AsksForTheHeaderWhereItIsMissing) {
  const auto revision = required_revision(Request{});
  ASSERT_FALSE(revision);
  EXPECT_EQ(revision.error().code, ErrorCode::precondition_required);
}

TEST(RequiredRevision, RefusesWhatIsNotOneStrongTag) {
  for (const std::string value : {"7", "*", "W/\"7\"", "\"7\", \"8\"", "\"7", "\"\""}) {
    const auto revision = required_revision(request_with("If-Match", value));
    ASSERT_FALSE(revision) << value;
    EXPECT_EQ(revision.error().code, ErrorCode::invalid) << value;
  }
}

TEST(RequiredRevision, AnotherTagIsStale) {
  const auto revision = required_revision(request_with("If-Match", "\"abc\""));
  ASSERT_FALSE(revision);
  EXPECT_EQ(revision.error().code, ErrorCode::stale_version);
}

TEST(NoneMatch, ComparesWeaklyAndTakesLists) {
  EXPECT_TRUE(matches_none_match(request_with("If-None-Match", "\"a\", W/\"b\""), "\"b\""));
  EXPECT_TRUE(matches_none_match(request_with("If-None-Match", "*"), "\"b\""));
  EXPECT_FALSE(matches_none_match(request_with("If-None-Match", "\"a\""), "\"b\""));
  EXPECT_FALSE(matches_none_match(Request{}, "\"b\""));
}

struct RangeCase {
  std::string header;
  std::uint64_t size;
  RangeDecision::Kind kind;
  ByteRange range;
};

TEST(Range, DecidesAsRfc9110Says) {
  using Kind = RangeDecision::Kind;
  const std::vector<RangeCase> cases = {
      {"bytes=0-0", 10, Kind::partial, {0, 1}},
      {"bytes=2-4", 10, Kind::partial, {2, 3}},
      {"bytes=5-", 10, Kind::partial, {5, 5}},
      {"bytes=5-99", 10, Kind::partial, {5, 5}},
      {"bytes=-3", 10, Kind::partial, {7, 3}},
      {"bytes=-30", 10, Kind::partial, {0, 10}},
      {"bytes=-0", 10, Kind::unsatisfiable, {}},
      {"bytes=10-", 10, Kind::unsatisfiable, {}},
      {"bytes=0-", 0, Kind::unsatisfiable, {}},
      {"bytes=4-2", 10, Kind::whole, {}},
      {"bytes=0-1,3-4", 10, Kind::whole, {}},
      {"lines=0-1", 10, Kind::whole, {}},
      {"bytes=a-b", 10, Kind::whole, {}},
      {"bytes=18446744073709551616-", 10, Kind::whole, {}},
      {"bytes=-", 10, Kind::whole, {}},
  };
  for (const RangeCase& one : cases) {
    const RangeDecision decision =
        decide_range(request_with("Range", one.header), one.size, "\"e\"");
    EXPECT_EQ(decision.kind, one.kind) << one.header;
    if (one.kind == Kind::partial) {
      EXPECT_EQ(decision.range, one.range) << one.header;
    }
  }
}

TEST(Range, IfRangeThatDoesNotMatchAsksForTheWhole) {
  Request request = request_with("Range", "bytes=0-1");
  request.headers.add("If-Range", "\"other\"");
  EXPECT_EQ(decide_range(request, 10, "\"e\"").kind, RangeDecision::Kind::whole);
  Request same = request_with("Range", "bytes=0-1");
  same.headers.add("If-Range", "\"e\"");
  EXPECT_EQ(decide_range(same, 10, "\"e\"").kind, RangeDecision::Kind::partial);
}

TEST(ContentDisposition, EscapesWhatHeadersCannotCarry) {
  EXPECT_EQ(content_disposition(Disposition::attachment, "Brief.pdf"),
            "attachment; filename=\"Brief.pdf\"; filename*=UTF-8''Brief.pdf");
  EXPECT_EQ(content_disposition(Disposition::attachment, "Grün \"1\".pdf"),
            "attachment; filename=\"Gr_n _1_.pdf\"; filename*=UTF-8''Gr%C3%BCn%20%221%22.pdf");
  const std::string hostile = content_disposition(Disposition::attachment, "a\r\nSet-Cookie: x=1");
  EXPECT_EQ(hostile.find('\r'), std::string::npos);
  EXPECT_EQ(hostile.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace dms::web
