#include "web/backups.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "dms/password.h"
#include "dms/tenant_registry.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

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

// Two tenants, of which one cannot be opened.
class BackupsTest : public ::testing::Test {
 protected:
  BackupsTest() {
    auto made = TenantRegistry::create(
        {{"demo", "Demo", {"demo.example"}}},
        {storage_, hasher_, clock_, log_, metrics_, (folder_ / "data").string()});
    EXPECT_TRUE(made);
    registry_ = std::move(*made);
    const auto opened = registry_->find_by_id("demo");
    EXPECT_TRUE(opened) << opened.error().hint;
  }

  ServerConfig config() const {
    ServerConfig config;
    config.data_dir = (folder_ / "data").string();
    config.backup.folder = (folder_ / "backup").string();
    return config;
  }
  void start(ServerConfig config) {
    backups_.emplace(std::move(config), std::vector<std::string>{"demo", "lost"}, clock_, log_,
                     metrics_);
  }
  // Once nothing waits any more.
  BackupView demo() {
    for (;;) {
      for (const BackupView& view : backups_->views()) {
        if (view.tenant == "demo" && !view.waiting) return view;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  void look_after() { backups_->look_after(registry_->open_tenants()); }
  Result<void> begin(std::optional<std::string_view> id = std::nullopt) {
    return backups_->begin(registry_->open_tenants(), id);
  }
  bool has_metric(const std::string& line) const {
    return metrics_.render().find("\n" + line + "\n") != std::string::npos;
  }

  test::TempDir folder_;
  test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  Argon2idHasher hasher_;
  std::unique_ptr<TenantRegistry> registry_;
  std::optional<Backups> backups_;
};

TEST_F(BackupsTest, MakesOneADayByItselfAndMoreWhenAsked) {
  start(config());
  look_after();
  EXPECT_EQ(demo().generation, 1U);
  look_after();
  EXPECT_EQ(demo().generation, 1U) << "the day has its own";
  ASSERT_TRUE(begin("demo"));
  EXPECT_EQ(demo().generation, 2U);
  EXPECT_EQ(demo().time, clock_.now());
  clock_.advance(std::chrono::hours(25));
  look_after();
  EXPECT_EQ(demo().generation, 3U);
  EXPECT_TRUE(has_metric("backups_made_total 3"));
  // A server that starts anew finds what is there.
  start(config());
  look_after();
  EXPECT_EQ(demo().generation, 3U);
  EXPECT_TRUE(has_metric("backups_made_total 3"));
}

TEST_F(BackupsTest, OneThatIsAskedForIsMadeAfterAsking) {
  start(config());
  look_after();
  const auto made = [&] { return demo().generation.value_or(0); };
  // While the day's is being made or just after: never answered by one that was begun before.
  for (int i = 0; i < 5; ++i) {
    const std::uint32_t before = made();
    ASSERT_TRUE(begin());
    ASSERT_TRUE(begin());
    EXPECT_GT(made(), before);
  }
}

TEST_F(BackupsTest, TellsOfFailuresAndTriesAgainAnHourLater) {
  start(config());
  look_after();
  ASSERT_EQ(demo().generation, 1U);
  clock_.advance(std::chrono::hours(25));
  std::filesystem::rename(folder_ / "backup" / "demo" / "lock", folder_ / "kept");
  std::filesystem::create_directory(folder_ / "backup" / "demo" / "lock");
  look_after();
  const BackupView failed = demo();
  ASSERT_TRUE(failed.failure);
  EXPECT_NE(failed.failure->find("unavailable"), std::string::npos) << *failed.failure;
  EXPECT_EQ(failed.generation, 1U) << "the newest there is";
  EXPECT_TRUE(has_metric("backups_failed_total 1"));
  EXPECT_TRUE(has_metric("backup_oldest_age_seconds 90000")) << metrics_.render();
  std::filesystem::remove(folder_ / "backup" / "demo" / "lock");
  look_after();
  EXPECT_EQ(demo().generation, 1U) << "not at once";
  clock_.advance(std::chrono::hours(1));
  look_after();
  EXPECT_EQ(demo().generation, 2U);
  EXPECT_FALSE(demo().failure);
}

TEST_F(BackupsTest, ASilentTenantIsWatched) {
  start(config());
  look_after();
  demo();
  clock_.advance(std::chrono::hours(1));
  EXPECT_TRUE(has_metric("backup_oldest_age_seconds 3600")) << "`lost` has none";
}

TEST_F(BackupsTest, RefusesWhatItCannotDo) {
  start({});
  look_after();
  EXPECT_EQ(begin().error().code, ErrorCode::conflict);
  start(config());
  EXPECT_EQ(begin("lost").error().code, ErrorCode::not_found);
  backups_->stop();
  EXPECT_EQ(begin("demo").error().code, ErrorCode::busy);
  EXPECT_FALSE(demo().generation);
}

}  // namespace
}  // namespace dms::web
