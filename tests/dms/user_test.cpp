// Users: who may change whom, what names are equal, what an administrator cannot do to himself.

#include "dms/user.h"

#include "identity_fixture.h"

namespace dms::test {
namespace {

class UserTest : public IdentityTest {};

TEST_F(UserTest, AnAdministratorCreatesAndOthersDoNot) {
  const User clerk = add_user("anna.amsel");
  EXPECT_EQ(clerk.revision, 1U);
  EXPECT_EQ(value_of(users_->get(admin_, clerk.id)).name, "anna.amsel");
  EXPECT_EQ(code_of(users_->create(actor_of(clerk), person("bert"))), ErrorCode::forbidden);
  EXPECT_EQ(code_of(users_->list(actor_of(clerk), {})), ErrorCode::forbidden);
  EXPECT_EQ(code_of(users_->create(Actor{}, person("bert"))), ErrorCode::forbidden);
}

TEST_F(UserTest, AClaimOfBeingAdministratorIsNotBelieved) {
  Actor liar = actor_of(add_user("anna"));
  liar.system_administrator = true;
  EXPECT_EQ(code_of(users_->create(liar, person("bert"))), ErrorCode::forbidden);
}

TEST_F(UserTest, NobodyElseCanMakeTheServerHash) {
  const Actor clerk = actor_of(add_user("anna"));
  const int before = hasher_.hashes;
  EXPECT_EQ(code_of(users_->create(clerk, person("bert"))), ErrorCode::forbidden);
  EXPECT_EQ(hasher_.hashes, before);
}

TEST_F(UserTest, NamesAreUniqueWhenFolded) {
  add_user("Jörg.Groß");
  EXPECT_EQ(code_of(users_->create(admin_, person("joerg.gross"))), ErrorCode::conflict);
  EXPECT_EQ(code_of(users_->create(admin_, person("JÖRG.GROSS"))), ErrorCode::conflict);
}

TEST_F(UserTest, RefusesUnsoundFieldsByPointer) {
  const auto pointer = [&](const NewUser& input) {
    const auto made = users_->create(admin_, input);
    EXPECT_EQ(code_of(made), ErrorCode::invalid);
    return made || made.error().fields.empty() ? "" : made.error().fields.front().pointer;
  };
  NewUser input = person("anna amsel");
  EXPECT_EQ(pointer(input), "/name");
  input = person("anna\u202Eamsel");
  EXPECT_EQ(pointer(input), "/name");
  input = person("anna");
  input.display_name = "";
  EXPECT_EQ(pointer(input), "/display_name");
  input = person("anna");
  input.email = "keine-adresse";
  EXPECT_EQ(pointer(input), "/email");
  input = person("anna");
  input.password = Secret("kurz");
  EXPECT_EQ(pointer(input), "/password");
  input = person("anna");
  input.groups = {GroupId::make(clock_.now())};
  EXPECT_EQ(pointer(input), "/groups/0");
  input = person("anna");
  input.org_unit = OrgUnitId::make(clock_.now());
  EXPECT_EQ(pointer(input), "/org_unit");
}

TEST_F(UserTest, ChangesNeedTheRevisionTheyWereMadeOn) {
  const User anna = add_user("anna");
  UserChange change;
  change.display_name = "Anna Amsel";
  const User changed = value_of(users_->update(admin_, anna.id, change, anna.revision));
  EXPECT_EQ(changed.display_name, "Anna Amsel");
  EXPECT_EQ(changed.revision, 2U);
  EXPECT_EQ(code_of(users_->update(admin_, anna.id, change, anna.revision)),
            ErrorCode::stale_version);
}

TEST_F(UserTest, AnAdministratorCannotWidenHisOwnRights) {
  const User me = value_of(users_->me(admin_));
  const Group group = value_of(groups_->create(admin_, "Personalrat"));
  UserChange change;
  change.groups = std::vector<GroupId>{group.id};
  EXPECT_EQ(code_of(users_->update(admin_, me.id, change, me.revision)), ErrorCode::forbidden);
  change = {};
  change.password = Secret(other_password);
  EXPECT_EQ(code_of(users_->update(admin_, me.id, change, me.revision)), ErrorCode::forbidden);
  change = {};
  change.display_name = "Neuer Name";
  EXPECT_TRUE(users_->update(admin_, me.id, change, me.revision));
}

TEST_F(UserTest, TheLastAdministratorStays) {
  const User second = add_administrator("zweite");
  const User first = value_of(users_->me(admin_));
  UserChange demote;
  demote.system_administrator = false;
  EXPECT_TRUE(users_->update(actor_of(second), first.id, demote, first.revision));
  // The first is none any more and cannot demote the second; the second cannot demote himself.
  EXPECT_EQ(code_of(users_->update(admin_, second.id, demote, second.revision)),
            ErrorCode::forbidden);
  EXPECT_EQ(code_of(users_->update(actor_of(second), second.id, demote, second.revision)),
            ErrorCode::forbidden);
}

TEST_F(UserTest, OnlyAnEmptyTenantIsBootstrapped) {
  EXPECT_EQ(code_of(users_->bootstrap_administrator(person("zweite"))), ErrorCode::conflict);
  EXPECT_TRUE(value_of(users_->me(admin_)).system_administrator);
}

TEST_F(UserTest, ListsByFoldedNamePageByPage) {
  for (const char* name : {"Zacharias", "änne", "bert", "Anna"}) add_user(name);
  PageRequest request;
  request.limit = 2;
  std::vector<std::string> names;
  do {
    const auto page = value_of(users_->list(admin_, request));
    EXPECT_EQ(page.total_estimate, 5U);
    EXPECT_LE(page.items.size(), 2U);
    for (const User& user : page.items) names.push_back(user.name);
    request.after = page.next;
  } while (!request.after.empty());
  EXPECT_EQ(names, (std::vector<std::string>{"änne", "Anna", "bert", "verwaltung", "Zacharias"}));
}

TEST_F(UserTest, OwnPasswordNeedsTheCurrentOne) {
  const Actor anna = actor_of(add_user("anna"));
  const auto wrong = users_->change_own_password(
      anna, {Secret("falsch geraten, Pech"), Secret(other_password), address});
  EXPECT_EQ(code_of(wrong), ErrorCode::invalid);
  EXPECT_EQ(wrong.error().fields.front().pointer, "/current_password");
  EXPECT_TRUE(
      users_->change_own_password(anna, {Secret(good_password), Secret(other_password), address}));
  EXPECT_EQ(code_of(sign_in("anna", good_password)), ErrorCode::unauthenticated);
  EXPECT_TRUE(sign_in("anna", other_password));
}

TEST_F(UserTest, GuessingTheCurrentPasswordIsThrottled) {
  const Actor anna = actor_of(add_user("anna"));
  const OwnPasswordChange guess{Secret("falsch geraten, Pech"), Secret(other_password), address};
  ErrorCode last = ErrorCode::invalid;
  for (int i = 0; i < 10 && last == ErrorCode::invalid; ++i) {
    last = code_of(users_->change_own_password(anna, guess));
  }
  EXPECT_EQ(last, ErrorCode::rate_limited);
}

TEST_F(UserTest, JournalEnvelopesHoldNoNames) {
  add_user("anna.amsel");
  for (const auto& entry : journal()) {
    EXPECT_EQ(entry.kind.find("amsel"), std::string::npos);
    ASSERT_TRUE(entry.detail);
    EXPECT_EQ(entry.detail->find("v1:"), std::string::npos) << "a hash in the journal";
    EXPECT_EQ(entry.detail->find(good_password), std::string::npos);
  }
  EXPECT_EQ(count_events("user.created"), 2U);
  EXPECT_EQ(journal().back().actor, admin_.user.value);
}

TEST_F(UserTest, EverybodyKnowsTheNamesOfTheHouse) {
  const User anna = add_user("anna");
  const Actor bert = actor_of(add_user("bert"));
  EXPECT_EQ(value_of(users_->display_name(bert, anna.id)), "Frau anna");
  EXPECT_EQ(value_of(users_->display_name(bert, UserId::make(clock_.now()))), "");
  EXPECT_EQ(code_of(users_->display_name(Actor{}, anna.id)), ErrorCode::unauthenticated);
}

}  // namespace
}  // namespace dms::test
