// Delays grow with failures, end by themselves, and stay within bounds.

#include "dms/login_throttle.h"

#include <gtest/gtest.h>

#include <string>

#include "support/fake_clock.h"

namespace dms::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class LoginThrottleTest : public ::testing::Test {
 protected:
  // Seconds to wait, 0 where the attempt is let in.
  std::uint32_t attempt(const std::string& account, const std::string& address) {
    const auto admitted = throttle_.admit(account, address);
    if (admitted) return 0;
    EXPECT_EQ(admitted.error().code, ErrorCode::rate_limited);
    EXPECT_GT(admitted.error().retry_after_s, 0U);
    return admitted.error().retry_after_s;
  }

  FakeClock clock_;
  LoginThrottle throttle_{clock_};
};

TEST_F(LoginThrottleTest, DelaysDoubleUpToALongestAndNeverLock) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(attempt("anna", "192.0.2.1"), 0U);
  std::uint32_t expected = 1;
  for (int i = 0; i < 14; ++i) {
    EXPECT_EQ(attempt("anna", "192.0.2.1"), expected) << i;
    clock_.advance(seconds(expected));
    EXPECT_EQ(attempt("anna", "192.0.2.1"), 0U) << "still shut after the told delay";
    expected = std::min(expected * 2, 15U * 60U);
  }
}

TEST_F(LoginThrottleTest, RefusedAttemptsDoNotLengthenTheDelay) {
  for (int i = 0; i < 3; ++i) attempt("anna", "192.0.2.1");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(attempt("anna", "192.0.2.1"), 1U);
}

TEST_F(LoginThrottleTest, AttemptsSideBySideGainNothing) {
  int admitted = 0;
  for (int i = 0; i < 50; ++i) admitted += attempt("anna", "192.0.2.1") == 0 ? 1 : 0;
  EXPECT_EQ(admitted, 3);
}

TEST_F(LoginThrottleTest, OneAddressDoesNotShutOutTheAccountElsewhere) {
  for (int i = 0; i < 10; ++i) attempt("anna", "192.0.2.1");
  EXPECT_EQ(attempt("anna", "198.51.100.9"), 0U);
}

TEST_F(LoginThrottleTest, ManyAccountsFromOneAddressAreSlowedDown) {
  int admitted = 0;
  for (int i = 0; i < 200; ++i) {
    admitted += attempt("user" + std::to_string(i), "192.0.2.1") == 0 ? 1 : 0;
  }
  EXPECT_EQ(admitted, 30);
  EXPECT_LE(attempt("somebody", "192.0.2.1"), 60U);
}

TEST_F(LoginThrottleTest, ASuccessForgivesThePairButOnlyItsOwnAttemptOfTheAddress) {
  for (int i = 0; i < 29; ++i) attempt("user" + std::to_string(i), "192.0.2.1");
  // One valid account signs in over and over between guesses: the guesses still count.
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(attempt("anna", "192.0.2.1"), 0U);
    throttle_.succeeded("anna", "192.0.2.1");
  }
  EXPECT_EQ(attempt("last", "192.0.2.1"), 0U);
  EXPECT_GT(attempt("next", "192.0.2.1"), 0U);
}

TEST_F(LoginThrottleTest, FailuresAreForgottenAfterAnHour) {
  for (int i = 0; i < 3; ++i) attempt("anna", "192.0.2.1");
  clock_.advance(minutes(60));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(attempt("anna", "192.0.2.1"), 0U) << i;
}

TEST_F(LoginThrottleTest, AnIpv6CustomerIsOneAddress) {
  int admitted = 0;
  for (int i = 0; i < 50; ++i) {
    admitted += attempt("anna", "2001:db8:1:2::" + std::to_string(i)) == 0 ? 1 : 0;
  }
  EXPECT_EQ(admitted, 3);
  EXPECT_EQ(attempt("anna", "2001:db8:1:3::1"), 0U);
}

TEST_F(LoginThrottleTest, Ipv4InIpv6ClothesIsTheSameAddress) {
  for (int i = 0; i < 3; ++i) attempt("anna", "192.0.2.1");
  EXPECT_GT(attempt("anna", "::ffff:192.0.2.1"), 0U);
  EXPECT_EQ(attempt("anna", "::ffff:192.0.2.2"), 0U);
}

TEST_F(LoginThrottleTest, MemoryIsBounded) {
  LoginThrottleOptions options;
  options.entries_max = 100;
  LoginThrottle throttle(clock_, options);
  for (int i = 0; i < 1000; ++i) {
    const std::string address = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    EXPECT_TRUE(throttle.admit("anna", address));
  }
  EXPECT_LE(throttle.entries(), 200U);
  clock_.advance(minutes(61));
  EXPECT_TRUE(throttle.admit("anna", "192.0.2.1"));
  EXPECT_EQ(throttle.entries(), 2U);
}

}  // namespace
}  // namespace dms::test
