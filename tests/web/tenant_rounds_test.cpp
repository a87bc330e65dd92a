#include "web/tenant_rounds.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "dms/password.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::web {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

bool no_need(Tenant& /*tenant*/) {
  return false;
}

class TenantRoundsTest : public ::testing::Test {
 protected:
  TenantState state() const { return registry_->status()[0].state; }
  void use() { EXPECT_TRUE(registry_->find("demo.example")); }
  void go(seconds idle_after) { TenantRounds(*registry_, idle_after, clock_, log_).go(no_need); }

  test::TempDir folder_;
  test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  Argon2idHasher hasher_;
  std::unique_ptr<TenantRegistry> registry_ =
      TenantRegistry::create(
          {{"demo", "Demo", {"demo.example"}}},
          {storage_, hasher_, clock_, log_, metrics_, (folder_ / "data").string()})
          .value();
};

TEST_F(TenantRoundsTest, ClosesWhatIsIdleAndOpensItForAWhileEachHour) {
  use();
  clock_.advance(minutes(14));
  go(minutes(15));
  EXPECT_EQ(state(), TenantState::open);
  clock_.advance(minutes(1));
  go(minutes(15));
  EXPECT_EQ(state(), TenantState::closed);
  clock_.advance(minutes(59));
  go(minutes(15));
  EXPECT_EQ(state(), TenantState::closed);
  clock_.advance(minutes(1));
  go(minutes(15));
  EXPECT_EQ(state(), TenantState::open) << "nobody asked, but it is its turn";
  clock_.advance(minutes(15));
  go(minutes(15));
  EXPECT_EQ(state(), TenantState::closed);
}

TEST_F(TenantRoundsTest, ClosesNothingWhereTenantsAreToStayOpen) {
  use();
  clock_.advance(std::chrono::hours(24));
  go(seconds(0));
  EXPECT_EQ(state(), TenantState::open);
}

}  // namespace
}  // namespace dms::web
