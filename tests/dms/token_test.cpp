// Machine tokens: shown once, limited, expiring, revoked at once.

#include "dms/token.h"

#include <tuple>

#include "dms/event_origin.h"
#include "identity_fixture.h"

namespace dms::test {
namespace {

using std::chrono::hours;

class TokenTest : public IdentityTest {
 protected:
  TokenTest() : anna_(actor_of(add_user("anna"))) {}
  NewToken input() const {
    NewToken wanted;
    wanted.name = "Scanner im Bürgerbüro";
    wanted.rights = Rights{Right::read, Right::file};
    wanted.expires = clock_.now() + hours(24 * 30);
    return wanted;
  }
  CreatedToken add_token(const Actor& actor, const NewToken& wanted) {
    return value_of(tokens_->create(actor, wanted));
  }

  Actor anna_;
};

TEST_F(TokenTest, ActsForItsUserWithoutAdministration) {
  const auto own = add_token(anna_, input());
  EXPECT_TRUE(own.secret.expose().starts_with("akt_"));
  EXPECT_EQ(own.secret.expose().size(), 47U);
  const Actor program = value_of(tokens_->authenticate(own.secret));
  EXPECT_EQ(program.user, anna_.user);
  EXPECT_EQ(program.token, own.token.id);

  const auto of_admin = add_token(admin_, input());
  const Actor powerless = value_of(tokens_->authenticate(of_admin.secret));
  EXPECT_FALSE(powerless.system_administrator);
  EXPECT_EQ(code_of(users_->create(powerless, person("bert"))), ErrorCode::forbidden);
  Actor claiming = powerless;
  claiming.system_administrator = true;
  EXPECT_EQ(code_of(users_->create(claiming, person("bert"))), ErrorCode::forbidden);
}

TEST_F(TokenTest, TheJournalTellsWhichTokenWasMadeAndFromWhere) {
  Actor anna = anna_;
  anna.address = "192.0.2.7";
  const auto made = add_token(anna, input());
  std::string detail = journal().back().detail.value_or("");
  const EventOrigin origin = take_origin(detail);
  EXPECT_EQ(origin.address, "192.0.2.7");
  EXPECT_EQ(origin.token, std::nullopt);
  EXPECT_NE(detail.find(made.token.id.text()), std::string::npos) << detail;
  EXPECT_EQ(detail.find("192.0.2.7"), std::string::npos) << detail;
}

TEST_F(TokenTest, WhatATokenDoesIsToldWithIt) {
  Actor program = anna_;
  program.token = add_token(anna_, input()).token.id;
  std::string detail = with_origin(program, R"({"n":1})");
  EXPECT_EQ(take_origin(detail).token, program.token);
  EXPECT_EQ(detail, R"({"n":1})");
  EXPECT_EQ(with_origin(anna_, R"({"n":1})"), R"({"n":1})");
}

TEST_F(TokenTest, NonsenseIsNoToken) {
  const auto made = add_token(anna_, input());
  const std::string secret(made.secret.expose());
  for (const std::string& wrong :
       {std::string(), std::string("akt_"), secret.substr(4), "akt_" + std::string(43, 'A'),
        secret + "A", "AKT_" + secret.substr(4)}) {
    EXPECT_EQ(code_of(tokens_->authenticate(Secret(wrong))), ErrorCode::unauthenticated) << wrong;
  }
}

TEST_F(TokenTest, ARefusedTokenIsToldOfItsUserWithTheReason) {
  const auto refused = [&](const Secret& secret) {
    EXPECT_EQ(code_of(tokens_->authenticate(secret, address)), ErrorCode::unauthenticated);
    const storage::JournalEntry entry = journal().back();
    EXPECT_EQ(entry.kind, "token.refused");
    EXPECT_EQ(entry.actor, Uuid{});
    std::string detail = entry.detail.value_or("");
    EXPECT_EQ(detail.find(secret.expose()), std::string::npos) << detail;
    const EventOrigin origin = take_origin(detail);
    EXPECT_EQ(origin.address, address);
    return std::tuple(entry.object, origin.token, detail);
  };
  const auto made = add_token(anna_, input());
  const auto of = [&](const char* detail) {
    return std::tuple(anna_.user.value, std::optional(made.token.id), std::string(detail));
  };
  const auto nobody =
      std::tuple(store_->id(), std::optional<TokenId>(), std::string(R"({"reason":"unknown"})"));
  EXPECT_EQ(refused(Secret("mein Passwort")), nobody);
  EXPECT_EQ(refused(Secret("akt_" + std::string(43, 'A'))), nobody);

  EXPECT_TRUE(tokens_->authenticate(made.secret, address));
  clock_.advance(hours(24 * 30));
  EXPECT_EQ(refused(made.secret), of(R"({"reason":"expired"})"));
  UserChange change;
  change.active = false;
  value_of(users_->update(admin_, anna_.user, change, 1));
  EXPECT_EQ(refused(made.secret), of(R"({"reason":"inactive"})"));
  value_of(tokens_->revoke(admin_, made.token.id));
  EXPECT_EQ(refused(made.secret), of(R"({"reason":"revoked"})"));
}

TEST_F(TokenTest, RefusedTokensDoNotFillTheJournal) {
  for (int i = 0; i < 130; ++i) {
    EXPECT_EQ(code_of(tokens_->authenticate(Secret("nichts"), address)),
              ErrorCode::unauthenticated);
  }
  EXPECT_EQ(count_events("token.refused"), 100U);
  EXPECT_EQ(code_of(sign_in("anna", other_password)), ErrorCode::unauthenticated);
  EXPECT_EQ(count_events("session.refused"), 1U) << "they have a share of their own";
  value_of(failures_->tell_rest());
  const std::string detail = journal().back().detail.value_or("");
  EXPECT_NE(detail.find(R"("count":30)"), std::string::npos) << detail;
  EXPECT_NE(detail.find(R"("reason":"token")"), std::string::npos) << detail;
}

TEST_F(TokenTest, ExpiresOnTheDot) {
  NewToken wanted = input();
  wanted.expires = clock_.now() + hours(1);
  const auto made = add_token(anna_, wanted);
  clock_.advance(hours(1) - std::chrono::microseconds(1));
  EXPECT_TRUE(tokens_->authenticate(made.secret));
  clock_.advance(std::chrono::microseconds(1));
  EXPECT_EQ(code_of(tokens_->authenticate(made.secret)), ErrorCode::unauthenticated);
}

TEST_F(TokenTest, IsRevokedAtOnceAndStaysInTheList) {
  const auto made = add_token(anna_, input());
  EXPECT_TRUE(tokens_->authenticate(made.secret));
  value_of(tokens_->revoke(anna_, made.token.id));
  EXPECT_EQ(code_of(tokens_->authenticate(made.secret)), ErrorCode::unauthenticated);
  value_of(tokens_->revoke(anna_, made.token.id));
  EXPECT_EQ(count_events("token.revoked"), 1U);
  const auto listed = value_of(tokens_->list(anna_, anna_.user, {}));
  ASSERT_EQ(listed.items.size(), 1U);
  EXPECT_TRUE(listed.items.front().revoked);
}

TEST_F(TokenTest, WorksAcrossARestart) {
  const auto made = add_token(anna_, input());
  open();
  EXPECT_EQ(value_of(tokens_->authenticate(made.secret)).user, anna_.user);
}

TEST_F(TokenTest, IsRefusedWhileItsUserIsInactive) {
  const auto made = add_token(anna_, input());
  EXPECT_TRUE(tokens_->authenticate(made.secret));
  UserChange off;
  off.active = false;
  value_of(users_->update(admin_, anna_.user, off, 1));
  EXPECT_EQ(code_of(tokens_->authenticate(made.secret)), ErrorCode::unauthenticated);
}

TEST_F(TokenTest, OthersNeitherMakeNorSeeNorRevokeIt) {
  const auto made = add_token(anna_, input());
  const Actor bert = actor_of(add_user("bert"));
  NewToken for_anna = input();
  for_anna.user = anna_.user;
  EXPECT_EQ(code_of(tokens_->create(bert, for_anna)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(tokens_->list(bert, anna_.user, {})), ErrorCode::forbidden);
  EXPECT_EQ(code_of(tokens_->revoke(bert, made.token.id)), ErrorCode::not_found);
  EXPECT_EQ(code_of(tokens_->revoke(bert, TokenId::make(clock_.now()))), ErrorCode::not_found);
  add_token(admin_, for_anna);
  EXPECT_EQ(value_of(tokens_->list(admin_, anna_.user, {})).items.size(), 2U);
  value_of(tokens_->revoke(admin_, made.token.id));
}

TEST_F(TokenTest, AProgramManagesNoTokens) {
  const auto made = add_token(anna_, input());
  const Actor program = value_of(tokens_->authenticate(made.secret));
  EXPECT_EQ(code_of(tokens_->create(program, input())), ErrorCode::forbidden);
  EXPECT_EQ(code_of(tokens_->list(program, anna_.user, {})), ErrorCode::forbidden);
  EXPECT_EQ(code_of(tokens_->revoke(program, made.token.id)), ErrorCode::not_found);
  EXPECT_EQ(code_of(users_->change_own_password(
                program, {Secret(good_password), Secret(other_password), address})),
            ErrorCode::forbidden);
}

TEST_F(TokenTest, NeedsARightAnExpiryAndAName) {
  NewToken wanted = input();
  wanted.rights = {};
  EXPECT_EQ(code_of(tokens_->create(anna_, wanted)), ErrorCode::invalid);
  wanted = input();
  wanted.expires = clock_.now();
  EXPECT_EQ(code_of(tokens_->create(anna_, wanted)), ErrorCode::invalid);
  wanted.expires = clock_.now() + token_age_max + hours(1);
  EXPECT_EQ(code_of(tokens_->create(anna_, wanted)), ErrorCode::invalid);
  wanted = input();
  wanted.name = "";
  EXPECT_EQ(code_of(tokens_->create(anna_, wanted)), ErrorCode::invalid);
}

TEST_F(TokenTest, AUserHoldsABoundedNumber) {
  for (std::size_t i = 0; i < tokens_per_user_max; ++i) add_token(anna_, input());
  EXPECT_EQ(code_of(tokens_->create(anna_, input())), ErrorCode::conflict);
  clock_.advance(hours(24 * 31));
  EXPECT_TRUE(tokens_->create(anna_, input()));
}

TEST_F(TokenTest, HasNeverMoreRightsThanItsUserNorThanItNames) {
  const ScopeId building = new_scope_id();
  const ScopeId taxes = new_scope_id();
  AccessList clerks;
  clerks.entries = {grant(SubjectKind::user, anna_.user.value, Role::clerk)};
  AccessList readers;
  readers.entries = {grant(SubjectKind::user, anna_.user.value, Role::reader)};
  value_of(add_scope(admin_, building, clerks));
  value_of(add_scope(admin_, taxes, readers));

  const Actor program = value_of(tokens_->authenticate(add_token(anna_, input()).secret));
  EXPECT_EQ(rights(program, building), (Rights{Right::see, Right::read, Right::file}));
  EXPECT_EQ(rights(program, taxes), (Rights{Right::see, Right::read}));

  NewToken here_only = input();
  here_only.scopes = {taxes};
  const Actor narrow = value_of(tokens_->authenticate(add_token(anna_, here_only).secret));
  EXPECT_EQ(rights(narrow, building), Rights{});
  EXPECT_EQ(rights(narrow, taxes), (Rights{Right::see, Right::read}));
}

TEST_F(TokenTest, ARevokedTokenHasNoRightsEvenForARunningRequest) {
  const ScopeId scope = new_scope_id();
  AccessList list;
  list.entries = {grant(SubjectKind::user, anna_.user.value, Role::clerk)};
  value_of(add_scope(admin_, scope, list));
  const auto made = add_token(anna_, input());
  const Actor program = value_of(tokens_->authenticate(made.secret));
  value_of(tokens_->revoke(anna_, made.token.id));
  EXPECT_EQ(rights(program, scope), Rights{});
  Actor borrowed = program;
  borrowed.user = admin_.user;
  EXPECT_EQ(rights(borrowed, scope), Rights{});
}

}  // namespace
}  // namespace dms::test
