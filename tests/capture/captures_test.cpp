#include "web/capture/captures.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/fake_clock.h"

namespace dms::web {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(CapturePause, DoublesWithEachFailureUpToAQuarterOfAnHour) {
  EXPECT_EQ(capture_pause(seconds(60), 0), seconds(60));
  EXPECT_EQ(capture_pause(seconds(60), 1), seconds(60));
  EXPECT_EQ(capture_pause(seconds(60), 2), seconds(120));
  EXPECT_EQ(capture_pause(seconds(60), 4), seconds(480));
  EXPECT_EQ(capture_pause(seconds(60), 5), minutes(15));
  EXPECT_EQ(capture_pause(seconds(60), 1'000'000), minutes(15));
  EXPECT_EQ(capture_pause(seconds(1), 1), seconds(5)) << "nobody is asked again at once";
  EXPECT_EQ(capture_pause(std::chrono::hours(2), 3), std::chrono::hours(2));
}

// Does what the test says.
class Scripted final : public CaptureSource {
 public:
  explicit Scripted(std::function<Result<void>(CaptureRound&, const std::atomic<bool>&)> work)
      : work_(std::move(work)) {}
  Result<void> go(CaptureRound& round, const std::atomic<bool>& is_stopping) override {
    return work_(round, is_stopping);
  }

 private:
  std::function<Result<void>(CaptureRound&, const std::atomic<bool>&)> work_;
};

class CapturesTest : public ::testing::Test {
 protected:
  static constexpr milliseconds interval{1};
  void add(const std::string& name,
           std::function<Result<void>(CaptureRound&, const std::atomic<bool>&)> work) {
    captures_.add({"demo", "mailbox", name, interval}, std::make_unique<Scripted>(std::move(work)));
  }
  template <class Condition>
  static bool eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  dms::test::FakeClock clock_;
  NullLog log_;
  MetricsRegistry metrics_;
  Captures captures_{clock_, log_, metrics_};
};

TEST_F(CapturesTest, OneThatIsStuckHoldsUpNoOther) {
  std::atomic<bool> is_stuck{false};
  add("stuck", [&](CaptureRound&, const std::atomic<bool>& is_stopping) -> Result<void> {
    is_stuck = true;
    while (!is_stopping) std::this_thread::yield();
    return fail(operator_error(ErrorCode::unavailable, "broken off"));
  });
  add("well", [&](CaptureRound& round, const std::atomic<bool>&) -> Result<void> {
    round.taken = 1;
    return {};
  });
  captures_.start();
  EXPECT_TRUE(eventually([&] { return is_stuck && captures_.views()[1].taken >= 3; }));
  const auto views = captures_.views();
  EXPECT_EQ(views[0].state, "starting");
  EXPECT_EQ(views[1].state, "well");
  EXPECT_EQ(views[1].last_success, clock_.now());
  captures_.stop();
  EXPECT_FALSE(captures_.views()[0].failure) << "a stop is no failure";
}

TEST_F(CapturesTest, TellsAFailureAndGoesOnAtOnceWhereMoreWaits) {
  std::atomic<int> rounds{0};
  add("full", [&](CaptureRound& round, const std::atomic<bool>&) -> Result<void> {
    round.taken = 2;
    round.is_complete = ++rounds >= 3;
    if (!round.is_complete) return {};
    return fail(operator_error(ErrorCode::unauthenticated, "Login denied"));
  });
  captures_.start();
  EXPECT_TRUE(eventually([&] { return captures_.views()[0].state == "failing"; }));
  const CaptureView view = captures_.views()[0];
  EXPECT_EQ(view.taken, 6U) << "what came before the failure counts, too";
  EXPECT_EQ(view.failures, 1U);
  EXPECT_EQ(view.failure, "unauthenticated: Login denied");
  const std::string metrics = metrics_.render();
  const std::string labels = R"({tenant="demo",kind="mailbox",name="full"} )";
  EXPECT_NE(metrics.find("capture_items_total" + labels + "6\n"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("capture_failed_rounds_total" + labels + "1\n"), std::string::npos);
  EXPECT_NE(metrics.find("capture_failures_in_a_row" + labels + "1\n"), std::string::npos);
}

}  // namespace
}  // namespace dms::web
