#include "web/backups.h"

#include <gtest/gtest.h>

namespace dms::web {
namespace {

Instant at(const char* text) {
  const auto instant = parse_rfc3339(text);
  EXPECT_TRUE(instant) << text;
  return instant.value_or(Instant{});
}

TEST(BackupDue, IsOnceADayFromItsHourOfGermanTime) {
  struct Case {
    const char* newest;
    const char* now;
    bool is_due;
  };
  // 01:00 in Germany is 00:00 UTC in winter and 23:00 UTC of the day before in summer.
  const Case cases[] = {
      {"2026-11-27T00:05:00Z", "2026-11-27T23:59:00Z", false},
      {"2026-11-27T00:05:00Z", "2026-11-28T00:00:00Z", true},
      {"2026-11-27T23:59:00Z", "2026-11-28T00:00:00Z", true},
      {"2026-11-28T00:00:00Z", "2026-11-28T00:01:00Z", false},
      {"2026-07-01T23:05:00Z", "2026-07-02T22:59:00Z", false},
      {"2026-07-01T23:05:00Z", "2026-07-02T23:00:00Z", true},
      {"2026-11-28T00:00:00Z", "2026-11-20T00:00:00Z", true},  // a clock that was put back
      {"2025-11-28T00:00:00Z", "2026-11-28T00:00:00Z", true},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(is_backup_due(at(each.newest), at(each.now), 1), each.is_due)
        << each.newest << " " << each.now;
  }
  EXPECT_TRUE(is_backup_due(std::nullopt, at("2026-11-28T00:00:00Z"), 1));
}

}  // namespace
}  // namespace dms::web
