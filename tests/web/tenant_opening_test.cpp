#include "web/tenant_opening.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <utility>

#include "dms/password.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::web {
namespace {

class TenantOpeningTest : public ::testing::Test {
 protected:
  TenantOpeningTest() {
    auto made = TenantRegistry::create(
        {{"hangs", "Hängt", {"hangs.example"}}, {"serves", "Geht", {"serves.example"}}},
        {storage_, hasher_, clock_, log_, metrics_, (folder_ / "data").string()});
    EXPECT_TRUE(made);
    registry_ = std::move(*made);
  }

  test::TempDir folder_;
  test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  Argon2idHasher hasher_;
  std::unique_ptr<TenantRegistry> registry_;
};

TEST_F(TenantOpeningTest, OpensAll) {
  TenantOpening opening(log_);
  EXPECT_FALSE(opening.awaited().contains("serves"));
  opening.begin(*registry_, {"hangs", "serves"});
  EXPECT_TRUE(opening.wait(std::chrono::minutes(1)));
  EXPECT_FALSE(opening.awaited().contains("serves"));
  EXPECT_EQ(registry_->open_tenants().size(), 2U);
}

TEST_F(TenantOpeningTest, OneThatDoesNotComeToOpenHoldsUpNoOther) {
  ASSERT_TRUE(registry_->find_by_id("hangs"));
  registry_->close();
  const std::filesystem::path key = folder_ / "data" / "keys" / "hangs" / "cursor.key";
  std::filesystem::remove(key);
  ASSERT_EQ(::mkfifo(key.c_str(), 0600), 0);  // to open it waits for somebody who writes
  auto again = TenantRegistry::create(
      {{"hangs", "Hängt", {"hangs.example"}}, {"serves", "Geht", {"serves.example"}}},
      {storage_, hasher_, clock_, log_, metrics_, (folder_ / "data").string()});
  ASSERT_TRUE(again);
  TenantOpening opening(log_);
  opening.begin(**again, {"hangs", "serves"});
  while (opening.awaited().contains("serves")) std::this_thread::yield();
  EXPECT_TRUE((*again)->find("serves.example"));
  EXPECT_FALSE(opening.wait(std::chrono::milliseconds(1)));
  EXPECT_TRUE(opening.awaited().contains("hangs"));
  EXPECT_EQ((*again)->status()[0].state, TenantState::opening);
  { const std::ofstream empty(key); }
  EXPECT_TRUE(opening.wait(std::chrono::minutes(1)));
  EXPECT_FALSE((*again)->find("hangs.example"));
}

}  // namespace
}  // namespace dms::web
