// Failed sign-ins are in the journal, and strangers cannot fill it with them.

#include "dms/sign_in_failures.h"

#include "identity_fixture.h"

namespace dms::test {
namespace {

class SignInFailuresTest : public IdentityTest {
 protected:
  storage::JournalEntry newest() { return journal().back(); }
  void fail_many(int times) {
    for (int i = 0; i < times; ++i) value_of(failures_->record(std::nullopt, address));
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
  EXPECT_EQ(count_events("session.refused"), 1U);
}

TEST_F(SignInFailuresTest, AWrongPasswordAtAnOpenSessionIsToldToo) {
  const OwnPasswordChange change{Secret(other_password), Secret("Kastanien im Herbst 1999"),
                                 address};
  EXPECT_EQ(code_of(users_->change_own_password(admin_, change)), ErrorCode::invalid);
  EXPECT_EQ(newest().kind, "user.password_refused");
  EXPECT_EQ(newest().actor, admin_.user.value);
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
