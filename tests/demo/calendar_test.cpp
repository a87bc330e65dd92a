// Working days in Baden-Württemberg, and days told by expressions.

#include "deploy/demo/calendar.h"

#include <gtest/gtest.h>

namespace dms::demo {
namespace {

using std::chrono::sys_days;

Date day(const char* text) {
  return parse_date(text).value();
}

TEST(Calendar, KnowsTheHolidaysOfBadenWuerttemberg) {
  // Easter of each year as published.
  for (const char* holiday :
       {"2025-01-06", "2025-04-18", "2025-04-21", "2025-05-01", "2025-05-29", "2025-06-09",
        "2025-06-19", "2025-10-03", "2026-04-03", "2026-04-06", "2026-05-14", "2026-05-25",
        "2026-06-04", "2027-03-26", "2027-03-29", "2028-04-14", "2028-04-17", "2028-11-01",
        "2028-12-25", "2028-12-26", "2029-01-01"}) {
    EXPECT_TRUE(is_public_holiday(day(holiday))) << holiday;
    EXPECT_FALSE(is_working_day(day(holiday))) << holiday;
  }
  for (const char* workday : {"2026-01-02", "2026-01-05", "2026-11-18", "2026-10-30", "2026-08-14",
                              "2028-02-29", "2026-04-07"}) {
    EXPECT_TRUE(is_working_day(day(workday))) << workday;
  }
  for (const char* closed : {"2026-11-21", "2026-11-22", "2026-12-24", "2026-12-31"}) {
    EXPECT_FALSE(is_working_day(day(closed))) << closed;
    EXPECT_FALSE(is_public_holiday(day(closed))) << closed;
  }
}

TEST(Calendar, CountsWorkingDaysInBothDirections) {
  EXPECT_EQ(add_working_days(day("2026-11-23"), -1), day("2026-11-20"));
  EXPECT_EQ(add_working_days(day("2026-11-22"), -1), day("2026-11-20"));
  EXPECT_EQ(add_working_days(day("2026-12-23"), 1), day("2026-12-28"));
  EXPECT_EQ(add_working_days(day("2027-01-07"), -2), day("2027-01-04"));
  EXPECT_EQ(add_working_days(day("2026-11-23"), 0), day("2026-11-23"));
}

TEST(Calendar, MonthsEndWhereTheMonthEnds) {
  EXPECT_EQ(add_months(day("2027-12-31"), 2), day("2028-02-29"));
  EXPECT_EQ(add_months(day("2026-04-30"), -2), day("2026-02-28"));
}

TEST(Days, AreResolvedFromExpressions) {
  const Days days(day("2026-11-23"),
                  {{"deadline", "today+9d"}, {"received", "deadline-2m"}, {"loop", "loop+1w"}});
  EXPECT_EQ(days.at("today-2w"), day("2026-11-19"));
  EXPECT_EQ(days.at("deadline"), day("2026-12-02"));
  EXPECT_EQ(days.at("received"), day("2026-10-02"));
  EXPECT_EQ(days.at("received+2m"), day("2026-12-02"));
  EXPECT_EQ(days.at("today+5d"), day("2026-11-30")) << "a Saturday gives way to Monday";
  EXPECT_EQ(days.at("today-3w+1d"), day("2026-11-19"));
  EXPECT_EQ(days.at("2019-11-14"), day("2019-11-14"));
  for (const char* wrong : {"", "today-", "today-2", "today-2y", "today-w", "nobody", "loop",
                            "today-2w3", "2019-02-30", "today 2w"}) {
    EXPECT_FALSE(days.at(wrong).has_value()) << wrong;
  }
}

TEST(Calendar, TellsTheInstantInSummerAndWinterTime) {
  const std::chrono::minutes half_past_nine{9 * 60 + 30};
  EXPECT_EQ(format_rfc3339(instant_at(day("2026-11-23"), half_past_nine)),
            "2026-11-23T08:30:00.000000Z");
  EXPECT_EQ(format_rfc3339(instant_at(day("2026-07-01"), half_past_nine)),
            "2026-07-01T07:30:00.000000Z");
  EXPECT_EQ(format_rfc3339(instant_at(day("2026-03-30"), half_past_nine)),
            "2026-03-30T07:30:00.000000Z");
}

TEST(Calendar, ReadsTimesOfTheWakingDayOnly) {
  EXPECT_EQ(parse_time_of_day("09:05"), std::chrono::minutes{545});
  for (const char* wrong : {"9:05", "05:59", "23:00", "10:60", "1o:00", "10.00", "", "10:000"}) {
    EXPECT_FALSE(parse_time_of_day(wrong).has_value()) << wrong;
  }
}

TEST(Calendar, WritesDaysInGerman) {
  EXPECT_EQ(german_date(day("2028-03-01")), "1. März 2028");
  EXPECT_EQ(german_date(day("2028-03-01"), "kurz"), "01.03.2028");
  EXPECT_EQ(german_date(day("2026-11-22"), "wochentag"), "Sonntag");
  EXPECT_EQ(german_date(day("2026-11-22"), "lang"), std::nullopt);
}

}  // namespace
}  // namespace dms::demo
