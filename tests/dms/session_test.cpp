// Signing in and the life of a session, on a clock that the test moves.

#include "dms/session.h"

#include <atomic>
#include <thread>

#include "identity_fixture.h"

namespace dms::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SessionTest : public IdentityTest {
 protected:
  SessionTest() : anna_(actor_of(add_user("anna"))) {}
  ErrorCode refusal(const Secret& secret) { return code_of(sessions_->authenticate(secret)); }
  bool is_live(const Secret& secret) { return sessions_->authenticate(secret).has_value(); }

  Actor anna_;
};

TEST_F(SessionTest, SignsInWithAFreshSecretOf256Bits) {
  const auto first = value_of(sign_in("anna"));
  const auto second = value_of(sign_in("ANNA"));
  EXPECT_EQ(first.secret.expose().size(), 43U);
  EXPECT_NE(first.secret.expose(), second.secret.expose());
  const Session session = value_of(sessions_->authenticate(first.secret));
  EXPECT_EQ(session.id, first.session.id);
  EXPECT_EQ(session.actor.user, anna_.user);
  EXPECT_FALSE(session.actor.system_administrator);
  EXPECT_EQ(session.ends, clock_.now() + hours(12));
  EXPECT_EQ(count_events("session.started"), 2U);
}

TEST_F(SessionTest, TheStoreDoesNotHoldTheSecret) {
  const auto started = value_of(sign_in("anna"));
  storage::ScanOptions all;
  const auto stored =
      value_of(store_->read<std::string>([&](const storage::View& view) -> Result<std::string> {
        const auto keys = DMS_TRY(view.read_keys("session", all));
        return DMS_TRY(view.read_record("session", keys.at(0))).value();
      }));
  EXPECT_EQ(stored.find(started.secret.expose()), std::string::npos);
}

TEST_F(SessionTest, WrongNameWrongPasswordAndInactiveUserLookTheSameAndCostTheSame) {
  const User bert = add_user("bert");
  UserChange off;
  off.active = false;
  value_of(users_->update(admin_, bert.id, off, bert.revision));
  const auto attempt = [&](const std::string& name, const std::string& password) {
    const int hashes = hasher_.hashes;
    const int verifications = hasher_.verifications;
    const auto answer = sign_in(name, password);
    EXPECT_EQ(hasher_.verifications - verifications, 1) << name;
    EXPECT_EQ(hasher_.hashes, hashes) << name;
    EXPECT_EQ(code_of(answer), ErrorCode::unauthenticated) << name;
    return answer ? Message{} : answer.error().message;
  };
  const Message unknown = attempt("niemand", good_password);
  EXPECT_EQ(attempt("anna", "falsch geraten, Pech"), unknown);
  EXPECT_EQ(attempt("bert", good_password), unknown);
  EXPECT_EQ(attempt("", good_password), unknown);
  EXPECT_EQ(attempt("\xFF\xFE", good_password), unknown);
  EXPECT_EQ(attempt("anna\n", std::string("\xC3\x28")), unknown);
}

TEST_F(SessionTest, NonsenseIsNoSession) {
  const auto started = value_of(sign_in("anna"));
  EXPECT_EQ(refusal(Secret("")), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal(Secret("kein base64!")), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal(Secret(std::string(43, 'A'))), ErrorCode::unauthenticated);
  std::string changed(started.secret.expose());
  changed[5] = changed[5] == 'A' ? 'B' : 'A';
  EXPECT_EQ(refusal(Secret(changed)), ErrorCode::unauthenticated);
}

TEST_F(SessionTest, EndsAfterHalfAnHourOfIdlenessAndNotBefore) {
  const auto started = value_of(sign_in("anna"));
  for (int i = 0; i < 4; ++i) {
    clock_.advance(minutes(29));
    EXPECT_TRUE(is_live(started.secret));
  }
  clock_.advance(minutes(30));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated);
}

TEST_F(SessionTest, EndsTwelveHoursAfterItsStartHoweverBusy) {
  const auto started = value_of(sign_in("anna"));
  for (int i = 0; i < 12 * 3 - 1; ++i) {
    clock_.advance(minutes(20));
    EXPECT_TRUE(is_live(started.secret)) << i;
  }
  clock_.advance(minutes(20));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated);
}

TEST_F(SessionTest, SurvivesARestartWithItsLastUse) {
  const auto started = value_of(sign_in("anna"));
  clock_.advance(minutes(29));
  EXPECT_TRUE(is_live(started.secret));
  value_of(sessions_->persist_activity());
  open();
  clock_.advance(minutes(29));
  EXPECT_TRUE(is_live(started.secret));
  open();
  clock_.advance(minutes(2));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated)
      << "the second use was not persisted: the session ends early, not late";
}

TEST_F(SessionTest, UseCostsNoCommit) {
  const auto started = value_of(sign_in("anna"));
  const auto head = store_->journal_head();
  const std::string before =
      value_of(store_->read<std::string>([&](const storage::View& view) -> Result<std::string> {
        return DMS_TRY(view.read_record("session", DMS_TRY(view.read_keys("session", {})).at(0)))
            .value();
      }));
  for (int i = 0; i < 100; ++i) {
    clock_.advance(seconds(1));
    EXPECT_TRUE(is_live(started.secret));
  }
  const std::string after =
      value_of(store_->read<std::string>([&](const storage::View& view) -> Result<std::string> {
        return DMS_TRY(view.read_record("session", DMS_TRY(view.read_keys("session", {})).at(0)))
            .value();
      }));
  EXPECT_EQ(before, after);
  EXPECT_EQ(store_->journal_head(), head);
}

TEST_F(SessionTest, SignOutEndsThisOneAtOnceAndNoOther) {
  const auto first = value_of(sign_in("anna"));
  const auto second = value_of(sign_in("anna"));
  EXPECT_TRUE(is_live(first.secret));
  value_of(sessions_->end(anna_, first.session.id));
  EXPECT_EQ(refusal(first.secret), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_live(second.secret));
  value_of(sessions_->end(anna_, first.session.id));
  EXPECT_EQ(count_events("session.ended"), 1U);
}

// Requests run on while the session is ended: none that begins after the end was answered gets in,
// whatever the cache was just being filled with.
TEST_F(SessionTest, NoRequestGetsInAfterTheEndWasAnswered) {
  for (int round = 0; round < 5; ++round) {
    const auto started = value_of(sign_in("anna"));
    std::atomic<bool> has_ended{false};
    std::atomic<bool> stop{false};
    std::atomic<int> let_in_before{0};
    std::atomic<int> let_in_after{0};
    std::vector<std::thread> requests;
    for (int i = 0; i < 3; ++i) {
      requests.emplace_back([&] {
        while (!stop) {
          const bool is_after = has_ended;
          if (is_live(started.secret)) ++(is_after ? let_in_after : let_in_before);
        }
      });
    }
    while (let_in_before == 0) std::this_thread::yield();
    value_of(sessions_->end(anna_, started.session.id));
    has_ended = true;
    for (int i = 0; i < 200; ++i) EXPECT_FALSE(is_live(started.secret));
    stop = true;
    for (std::thread& request : requests) request.join();
    EXPECT_EQ(let_in_after, 0);
    EXPECT_GT(let_in_before, 0);
  }
}

TEST_F(SessionTest, NobodyEndsAnothersSession) {
  const auto started = value_of(sign_in("anna"));
  const Actor bert = actor_of(add_user("bert"));
  value_of(sessions_->end(bert, started.session.id));
  EXPECT_TRUE(is_live(started.secret));
  EXPECT_EQ(code_of(sessions_->end_all(bert, anna_.user)), ErrorCode::forbidden);
  value_of(sessions_->end_all(admin_, anna_.user));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated);
}

TEST_F(SessionTest, AChangedPasswordEndsAllSessionsAtOnce) {
  const auto first = value_of(sign_in("anna"));
  const auto second = value_of(sign_in("anna"));
  EXPECT_TRUE(is_live(first.secret));
  value_of(
      users_->change_own_password(anna_, {Secret(good_password), Secret(other_password), address}));
  EXPECT_EQ(refusal(first.secret), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal(second.secret), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_live(value_of(sign_in("anna", other_password)).secret));
}

TEST_F(SessionTest, APasswordSetByAnAdministratorEndsThemToo) {
  const auto started = value_of(sign_in("anna"));
  UserChange change;
  change.password = Secret(other_password);
  value_of(users_->update(admin_, anna_.user, change, 1));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated);
}

TEST_F(SessionTest, DeactivationEndsThemAtOnceAndForGood) {
  const auto started = value_of(sign_in("anna"));
  EXPECT_TRUE(is_live(started.secret));
  UserChange change;
  change.active = false;
  const User off = value_of(users_->update(admin_, anna_.user, change, 1));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated);
  change.active = true;
  value_of(users_->update(admin_, anna_.user, change, off.revision));
  EXPECT_EQ(refusal(started.secret), ErrorCode::unauthenticated) << "an old session came back";
}

TEST_F(SessionTest, ALostAdministratorFlagIsSeenByRunningSessions) {
  const User second = add_administrator("zweite");
  const auto started = value_of(sign_in("zweite"));
  EXPECT_TRUE(value_of(sessions_->authenticate(started.secret)).actor.system_administrator);
  UserChange demote;
  demote.system_administrator = false;
  value_of(users_->update(admin_, second.id, demote, second.revision));
  EXPECT_FALSE(value_of(sessions_->authenticate(started.secret)).actor.system_administrator);
}

TEST_F(SessionTest, ASurplusSignInEndsTheOneNotUsedForLongest) {
  std::vector<StartedSession> started;
  for (std::size_t i = 0; i <= sessions_per_user_max; ++i) {
    started.push_back(value_of(sign_in("anna")));
    clock_.advance(seconds(1));
    EXPECT_TRUE(is_live(started.front().secret)) << "the oldest, and always in use";
  }
  EXPECT_EQ(refusal(started[1].secret), ErrorCode::unauthenticated);
  EXPECT_TRUE(is_live(started[2].secret));
  EXPECT_EQ(value_of(sessions_->list(anna_, anna_.user)).size(), sessions_per_user_max);
  // The history says so, before it tells of the new one.
  const auto told = value_of(store_->read_journal_of(anna_.user.value, 0, 2));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told.front().kind, "session.started");
  EXPECT_EQ(told.back().kind, "session.ended");
  const std::string detail = told.back().detail.value_or("");
  EXPECT_NE(detail.find(started[1].session.id.text()), std::string::npos) << detail;
  EXPECT_NE(detail.find(R"("reason":"surplus")"), std::string::npos) << detail;
  EXPECT_NE(detail.find(address), std::string::npos) << detail;
}

TEST_F(SessionTest, TheSweepTakesWhatHasEndedAndNothingElse) {
  const auto idle = value_of(sign_in("anna"));
  const auto busy = value_of(sign_in("anna"));
  clock_.advance(minutes(29));
  EXPECT_TRUE(is_live(busy.secret));
  clock_.advance(minutes(2));
  EXPECT_EQ(value_of(sessions_->sweep()), 1U);
  EXPECT_EQ(value_of(sessions_->sweep()), 0U);
  EXPECT_TRUE(is_live(busy.secret));
  EXPECT_EQ(refusal(idle.secret), ErrorCode::unauthenticated);
}

TEST_F(SessionTest, AnOutdatedHashIsReplacedAtSignIn) {
  hasher_.scheme = "v2:";
  const auto first = value_of(sign_in("anna"));
  const int hashes = hasher_.hashes;
  EXPECT_TRUE(sign_in("anna"));
  EXPECT_EQ(hasher_.hashes, hashes) << "the fresh hash was not kept";
  EXPECT_TRUE(is_live(first.secret));
}

TEST_F(SessionTest, TheCsrfTokenBelongsToOneSession) {
  const auto first = value_of(sign_in("anna"));
  const auto second = value_of(sign_in("anna"));
  const std::string token = csrf_token(first.secret);
  EXPECT_TRUE(csrf_token_matches(first.secret, token));
  EXPECT_FALSE(csrf_token_matches(second.secret, token));
  EXPECT_FALSE(csrf_token_matches(first.secret, ""));
  EXPECT_FALSE(csrf_token_matches(first.secret, token.substr(1)));
  EXPECT_EQ(token.find(first.secret.expose()), std::string::npos);
}

TEST_F(SessionTest, RepeatedFailuresAreSlowedDownAndASuccessForgives) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(code_of(sign_in("anna", "falsch geraten, Pech")), ErrorCode::unauthenticated);
  }
  const int verifications = hasher_.verifications;
  const auto limited = sign_in("anna");
  EXPECT_EQ(code_of(limited), ErrorCode::rate_limited);
  EXPECT_GE(limited.error().retry_after_s, 1U);
  EXPECT_EQ(hasher_.verifications, verifications) << "a throttled attempt was hashed";
  clock_.advance(seconds(limited.error().retry_after_s));
  EXPECT_TRUE(sign_in("anna"));
  EXPECT_EQ(code_of(sign_in("anna", "falsch geraten, Pech")), ErrorCode::unauthenticated);
  EXPECT_TRUE(sign_in("anna"));
}

}  // namespace
}  // namespace dms::test
