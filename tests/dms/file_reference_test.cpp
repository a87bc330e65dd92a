#include "dms/file_reference.h"

#include <gtest/gtest.h>

#include "dms/local_date.h"
#include "dms/retention.h"

namespace dms {
namespace {

TEST(ReferencePattern, FormatsUnitYearAndPaddedNumber) {
  const auto pattern = ReferencePattern::parse("{unit}-{year}/{number:3}", "/p");
  ASSERT_TRUE(pattern.has_value());
  EXPECT_EQ(pattern->format({"621.41", 2026, 14, ""}), "621.41-2026/014");
  EXPECT_EQ(pattern->format({"621.41", 2026, 1234, ""}), "621.41-2026/1234");
}

TEST(ReferencePattern, CaseFilesMayCarryAKeyAndNoYear) {
  const auto pattern = ReferencePattern::parse("{unit}/{key}", "/p");
  ASSERT_TRUE(pattern.has_value());
  EXPECT_FALSE(pattern->has_year());
  EXPECT_FALSE(pattern->has_number());
  EXPECT_EQ(pattern->format({"033", 2026, 0, "Müller-17"}), "033/Müller-17");
}

TEST(ReferencePattern, RefusesWhatNamesNoFileForCertain) {
  for (const char* bad : {"", "{unit}", "{number}", "{unit}{number", "{unit}}{number}",
                          "{unit}{number:0}", "{unit}{number:12}", "{unit}{month}{number}",
                          "{unit}{unit}{number}", "{}{unit}{number}", "{unit}{number}{number:3}"}) {
    const auto pattern = ReferencePattern::parse(bad, "/reference_pattern");
    ASSERT_FALSE(pattern.has_value()) << bad;
    EXPECT_EQ(pattern.error().fields.front().pointer, "/reference_pattern");
  }
}

Instant at(const char* text) {
  return *parse_rfc3339(text);
}

TEST(LocalDate, FollowsCentralEuropeanTime) {
  EXPECT_EQ(format_date(local_date(at("2025-12-31T22:59:59Z"))), "2025-12-31");
  EXPECT_EQ(format_date(local_date(at("2025-12-31T23:00:00Z"))), "2026-01-01");
  EXPECT_EQ(format_date(local_date(at("2026-07-01T21:59:59Z"))), "2026-07-01");
  EXPECT_EQ(format_date(local_date(at("2026-07-01T22:00:00Z"))), "2026-07-02");
  // Summer time begins on 29 March and ends on 25 October 2026.
  EXPECT_EQ(format_date(local_date(at("2026-03-28T22:30:00Z"))), "2026-03-28");
  EXPECT_EQ(format_date(local_date(at("2026-03-29T22:30:00Z"))), "2026-03-30");
  EXPECT_EQ(format_date(local_date(at("2026-10-24T22:30:00Z"))), "2026-10-25");
  EXPECT_EQ(format_date(local_date(at("2026-10-25T22:30:00Z"))), "2026-10-25");
}

TEST(Retention, CountsFromTheEndOfTheYear) {
  RetentionPeriod period;
  period.years = 10;
  EXPECT_EQ(retention_ends(period, *parse_date("2026-01-01")), parse_date("2036-12-31"));
  EXPECT_EQ(retention_ends(period, *parse_date("2026-12-31")), parse_date("2036-12-31"));
  period.years.reset();
  EXPECT_EQ(retention_ends(period, *parse_date("2026-12-31")), std::nullopt);
}

}  // namespace
}  // namespace dms
