// Failed sign-ins are in the journal, and strangers cannot fill it with them.

#include "dms/sign_in_failures.h"

#include "identity_fixture.h"

namespace dms::test {
namespace {

class SignInFailuresTest : public IdentityTest {
 protected:
  storage::JournalEntry newest() { return journal().back(); }
  void fail_many(int times, SignInRefusal reason = SignInRefusal::credentials) {
    for (int i = 0; i < times; ++i) value_of(failures_->record(RefusedSignIn{reason, address, ""}));
  }
  // The present password of `actor`, wrong or not, typed at an open session.
  Result<void> change_password(const Actor& actor, const char* typed) {
    return users_->change_own_password(
        actor, {Secret(typed), Secret("Kastanien im Herbst 1999"), address});
  }
  // Wrong passwords until the throttle holds back what comes next.
  void fail_until_throttled(const std::string& name) {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(code_of(sign_in(name, other_password)), ErrorCode::unauthenticated);
    }
  }
  std::size_t count_told(std::string_view kind, std::string_view detail) {
    std::size_t count = 0;
    for (const auto& entry : journal()) {
      const bool is_one =
          entry.kind == kind && entry.detail.value_or("").find(detail) != std::string::npos;
      count += is_one ? 1U : 0U;
    }
    return count;
  }
};

TEST_F(SignInFailuresTest, AWrongPasswordIsToldOfItsUser) {
  const User user = add_user("sachbearbeitung");
  EXPECT_EQ(code_of(sign_in("sachbearbeitung", other_password)), ErrorCode::unauthenticated);
  EXPECT_EQ(newest().kind, "session.refused");
  EXPECT_EQ(newest().object, user.id.value);
  EXPECT_EQ(newest().actor, Uuid{}) << "nobody is known to have done it";
  EXPECT_EQ(newest().detail, R"({"origin":{"address":"192.0.2.7"}})");
}

TEST_F(SignInFailuresTest, WhatWasTypedAsANameIsNotKept) {
  EXPECT_EQ(code_of(sign_in("mein Passwort")), ErrorCode::unauthenticated);
  EXPECT_EQ(newest().kind, "session.refused");
  EXPECT_EQ(newest().object, store_->id());
  for (const auto& entry : journal()) {
    EXPECT_EQ(entry.detail.value_or("").find("mein"), std::string::npos);
  }
}

TEST_F(SignInFailuresTest, AnInactiveUserIsRefusedAndTold) {
  const User user = add_user("sachbearbeitung");
  UserChange change;
  change.active = false;
  value_of(users_->update(admin_, user.id, change, 1));
  EXPECT_EQ(code_of(sign_in("sachbearbeitung")), ErrorCode::unauthenticated);
  EXPECT_EQ(newest().object, user.id.value);
  EXPECT_EQ(newest().detail, R"({"origin":{"address":"192.0.2.7"},"reason":"inactive"})");
  EXPECT_EQ(count_events("session.refused"), 1U);
  EXPECT_EQ(code_of(sign_in("sachbearbeitung", other_password)), ErrorCode::unauthenticated);
  EXPECT_EQ(newest().detail, R"({"origin":{"address":"192.0.2.7"}})") << "a wrong one is as ever";
}

TEST_F(SignInFailuresTest, WhatTheThrottleHoldsBackIsToldOfItsUser) {
  const User user = add_user("sachbearbeitung");
  fail_until_throttled("sachbearbeitung");
  const int verifications = hasher_.verifications;
  EXPECT_EQ(code_of(sign_in("Sachbearbeitung")), ErrorCode::rate_limited) << "the right password";
  EXPECT_EQ(hasher_.verifications, verifications);
  EXPECT_EQ(count_events("session.refused"), 4U);
  EXPECT_EQ(newest().object, user.id.value);
  EXPECT_EQ(newest().actor, Uuid{});
  EXPECT_EQ(newest().detail, R"({"origin":{"address":"192.0.2.7"},"reason":"throttled"})");
}

TEST_F(SignInFailuresTest, OfThrottledAttemptsNoNameIsKeptThatNobodyHas) {
  fail_until_throttled("mein Passwort");
  EXPECT_EQ(code_of(sign_in("mein Passwort")), ErrorCode::rate_limited);
  EXPECT_EQ(newest().object, store_->id());
  EXPECT_EQ(count_told("session.refused", "throttled"), 1U);
  fail_until_throttled("\xFF\xFE");
  EXPECT_EQ(code_of(sign_in("\xFF\xFE")), ErrorCode::rate_limited);
  EXPECT_EQ(newest().object, store_->id());
  EXPECT_EQ(count_told("session.refused", "throttled"), 2U);
  for (const auto& entry : journal()) {
    EXPECT_EQ(entry.detail.value_or("").find("mein"), std::string::npos);
    EXPECT_EQ(entry.detail.value_or("").find(good_password), std::string::npos);
  }
}

TEST_F(SignInFailuresTest, ThrottledAttemptsAreBoundedAndHideNoWrongPassword) {
  const User user = add_user("sachbearbeitung");
  fail_until_throttled("niemand");
  for (int i = 0; i < 250; ++i) {
    EXPECT_EQ(code_of(sign_in("niemand")), ErrorCode::rate_limited);
  }
  EXPECT_EQ(count_told("session.refused", "throttled"), 100U);
  EXPECT_EQ(code_of(sign_in("sachbearbeitung", other_password)), ErrorCode::unauthenticated);
  EXPECT_EQ(newest().object, user.id.value) << "told in spite of the flood";
  EXPECT_EQ(count_events("session.refused"), 104U);
  clock_.advance(std::chrono::hours{1});
  value_of(failures_->tell_count());
  EXPECT_EQ(count_events("session.refusals_counted"), 1U);
  EXPECT_NE(newest().detail->find(R"("count":150)"), std::string::npos) << *newest().detail;
  EXPECT_NE(newest().detail->find(R"("reason":"throttled")"), std::string::npos);
}

TEST_F(SignInFailuresTest, AUserChangedWhileHisPasswordIsLookedAtIsRefusedAndTold) {
  const User user = add_user("sachbearbeitung");
  hasher_.on_verify = [&] {
    UserChange change;
    change.active = false;
    value_of(users_->update(admin_, user.id, change, user.revision));
  };
  EXPECT_EQ(code_of(sign_in("sachbearbeitung")), ErrorCode::unauthenticated);
  EXPECT_EQ(newest().kind, "session.refused");
  EXPECT_EQ(newest().object, user.id.value);
  EXPECT_EQ(newest().detail, R"({"origin":{"address":"192.0.2.7"},"reason":"changed"})");
}

TEST_F(SignInFailuresTest, AWrongPasswordAtAnOpenSessionIsToldToo) {
  EXPECT_EQ(code_of(change_password(admin_, other_password)), ErrorCode::invalid);
  EXPECT_EQ(newest().kind, "user.password_refused");
  EXPECT_EQ(newest().actor, admin_.user.value);
}

TEST_F(SignInFailuresTest, ThrottledPasswordsAtAnOpenSessionAreToldAndBounded) {
  Actor admin = admin_;
  admin.address = address;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(code_of(change_password(admin, other_password)), ErrorCode::invalid);
  }
  for (int i = 0; i < 120; ++i) {
    EXPECT_EQ(code_of(change_password(admin, good_password)), ErrorCode::rate_limited);
  }
  EXPECT_EQ(newest().kind, "user.password_refused");
  EXPECT_EQ(newest().actor, admin_.user.value);
  EXPECT_EQ(newest().object, admin_.user.value);
  EXPECT_EQ(newest().detail, R"({"origin":{"address":"192.0.2.7"},"reason":"throttled"})");
  EXPECT_EQ(count_events("user.password_refused"), 103U);
  value_of(failures_->tell_rest());
  EXPECT_NE(newest().detail->find(R"("count":20)"), std::string::npos) << *newest().detail;
}

TEST_F(SignInFailuresTest, OfAnHourAHundredAreToldAndTheOthersCounted) {
  fail_many(250);
  EXPECT_EQ(count_events("session.refused"), 100U);
  value_of(failures_->tell_count());
  EXPECT_EQ(count_events("session.refusals_counted"), 0U) << "the hour is not over";
  clock_.advance(std::chrono::hours{1});
  value_of(failures_->tell_count());
  value_of(failures_->tell_count());
  EXPECT_EQ(count_events("session.refusals_counted"), 1U);
  EXPECT_NE(newest().detail->find(R"("count":150)"), std::string::npos) << *newest().detail;
  fail_many(1);
  EXPECT_EQ(count_events("session.refused"), 101U) << "the next hour has its own";
}

TEST_F(SignInFailuresTest, NoCountIsLostFromHourToHourNorAtTheEnd) {
  fail_many(101);
  clock_.advance(std::chrono::hours{1});
  fail_many(102);
  clock_.advance(std::chrono::hours{1});
  fail_many(103);
  value_of(failures_->tell_rest());
  EXPECT_EQ(count_events("session.refused"), 300U);
  std::uint64_t counted = 0;
  for (const auto& entry : journal()) {
    if (entry.kind != "session.refusals_counted") continue;
    counted += std::stoul(entry.detail->substr(entry.detail->find(':') + 1));
  }
  EXPECT_EQ(counted, 6U);
}

}  // namespace
}  // namespace dms::test
