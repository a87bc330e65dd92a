#include "web/verifications.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "dms/password.h"
#include "dms/tenant_registry.h"
#include "support/failing_writes.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace dms::web {
namespace {

class VerificationsTest : public ::testing::Test {
 protected:
  VerificationsTest() {
    auto made = TenantRegistry::create(
        {{"demo", "Demo", {"demo.example"}}},
        {storage_, hasher_, clock_, log_, metrics_, (folder_ / "data").string()});
    EXPECT_TRUE(made);
    registry_ = std::move(*made);
  }

  Result<storage::Committed> append(int events) {
    const auto tenant = registry_->find_by_id("demo");
    EXPECT_TRUE(tenant) << tenant.error().hint;
    return (*tenant)->store().commit([&](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      for (int i = 0; i < events; ++i) {
        storage::Event event;
        event.kind = "test.happened";
        event.object = make_uuid_v7(clock_.now());
        event.detail = "{}";
        commit.append(event);
      }
      return commit;
    });
  }
  // Once nothing waits any more.
  VerificationView verify() {
    EXPECT_TRUE(verifications_.begin(registry_->open_tenants(), "demo", false));
    while (verifications_.is_asked_for("demo")) std::this_thread::yield();
    return verifications_.views().at(0);
  }

  test::TempDir folder_;
  test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  storage::StorageEnvironment storage_{{}, clock_, log_, metrics_};
  Argon2idHasher hasher_;
  std::unique_ptr<TenantRegistry> registry_;
  Verifications verifications_{(folder_ / "data").string(), clock_, log_};
};

// Who verifies holds the tenant, which can be closed and opened again by nobody else meanwhile.
TEST_F(VerificationsTest, OneOfAStoreThatFailedEndsAndSaysWhy) {
  ASSERT_TRUE(append(1000));
  const VerificationView whole = verify();
  EXPECT_TRUE(whole.ended) << whole.failure.value_or("");
  EXPECT_GE(whole.journal_entries, 1000U);
  {
    const test::FailingWrites fault;
    EXPECT_FALSE(append(1));
  }
  const VerificationView cut = verify();
  ASSERT_TRUE(cut.failure);
  EXPECT_NE(cut.failure->find("is to be opened again"), std::string::npos) << *cut.failure;
  const std::atomic<bool> never{false};
  EXPECT_TRUE(registry_->recover(never));
  EXPECT_TRUE(verify().ended);
}

}  // namespace
}  // namespace dms::web
