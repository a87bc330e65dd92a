#include "dms/base/time.h"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_clock.h"

namespace dms {
namespace {

using test::FakeClock;

TEST(Time, FormatsInUtcWithMicroseconds) {
  EXPECT_EQ(format_rfc3339(FakeClock::default_start()), "2026-03-02T08:00:00.000000Z");
  EXPECT_EQ(format_rfc3339(from_unix_microseconds(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, ReadsAnyOffset) {
  const auto expected = *parse_rfc3339("2026-11-22T08:15:00Z");
  EXPECT_EQ(parse_rfc3339("2026-11-22T09:15:00+01:00"), expected);
  EXPECT_EQ(parse_rfc3339("2026-11-21T22:45:00.000-09:30"), expected);
  EXPECT_EQ(parse_rfc3339("2026-11-22t08:15:00z"), expected);
}

TEST(Time, CutsFractionsToMicroseconds) {
  const auto instant = parse_rfc3339("2026-11-22T08:15:00.1234569Z");
  ASSERT_TRUE(instant.has_value());
  EXPECT_EQ(format_rfc3339(*instant), "2026-11-22T08:15:00.123456Z");
}

TEST(Time, ReadsALeapSecondAsTheEndOfItsMinute) {
  const auto instant = parse_rfc3339("2016-12-31T23:59:60Z");
  ASSERT_TRUE(instant.has_value());
  EXPECT_EQ(format_rfc3339(*instant), "2016-12-31T23:59:59.999999Z");
}

TEST(Time, RefusesWhatIsNoDateTime) {
  for (const std::string text :
       {"", "2026-11-22", "2026-11-22T08:15:00", "2026-11-22 08:15:00Z", "2026-11-22T24:00:00Z",
        "2026-11-22T08:60:00Z", "2026-11-22T08:15:61Z", "2026-11-22T08:15:00.Z",
        "2026-11-22T08:15:00Zx", "2026-11-22T08:15:00+1:00", "2026-11-22T08:15:00+24:00",
        "2026-02-29T08:15:00Z", "0000-01-01T00:00:00Z", "-026-11-22T08:15:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
  }
}

TEST(Time, RoundTripsEveryMicrosecondOfASample) {
  for (std::int64_t count = -62'000'000'000'000'000; count < 62'000'000'000'000'000;
       count += 777'777'777'777'777) {
    const Instant instant = from_unix_microseconds(count);
    EXPECT_EQ(parse_rfc3339(format_rfc3339(instant)), instant);
    EXPECT_EQ(to_unix_microseconds(instant), count);
  }
}

TEST(Time, ReadsOnlyDaysThatExist) {
  EXPECT_EQ(format_date(*parse_date("2024-02-29")), "2024-02-29");
  for (const std::string text : {"2023-02-29", "2023-13-01", "2023-00-01", "2023-01-32", "23-01-01",
                                 "2023-01-01T", "2023-1-1", "0000-01-01"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

TEST(Time, WritesTheDateOfHttp) {
  EXPECT_EQ(format_http_date(*parse_rfc3339("1994-11-06T08:49:37.9Z")),
            "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(FakeClock, MovesOnlyWhenMoved) {
  FakeClock clock;
  const Instant before = clock.now();
  EXPECT_EQ(clock.now(), before);
  clock.advance(std::chrono::seconds{90});
  EXPECT_EQ(clock.now() - before, std::chrono::seconds{90});
}

}  // namespace
}  // namespace dms
