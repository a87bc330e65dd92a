// Access lists: default deny, who may change them, what an administrator cannot give himself, what
// a protected scope keeps to itself.

#include "dms/scope.h"

#include "dms/permission_cache.h"
#include "identity_fixture.h"

namespace dms::test {
namespace {

class ScopeTest : public IdentityTest {
 protected:
  ScopeTest()
      : anna_(actor_of(add_user("anna"))),
        bert_(actor_of(add_user("bert"))),
        scope_(new_scope_id()) {}

  AccessList list_for(const Actor& actor, Role role) {
    AccessList list;
    list.entries = {grant(SubjectKind::user, actor.user.value, role)};
    return list;
  }
  Result<void> set(const Actor& actor, ScopeId scope, const AccessList& list) {
    const std::uint64_t revision = value_of(access_->get_access(admin_, scope)).revision;
    const auto access = access_->set_access(actor, scope, list, revision);
    if (!access) return fail(access.error());
    return {};
  }

  Actor anna_;
  Actor bert_;
  ScopeId scope_;
};

TEST_F(ScopeTest, WithoutAListNobodyHasAnyRight) {
  for (const Actor& actor : {admin_, anna_, Actor{}}) {
    EXPECT_EQ(rights(actor, scope_), Rights{});
    EXPECT_EQ(rights(actor, ScopeId{}), Rights{});
    EXPECT_EQ(code_of(check(actor, scope_, Right::see)), ErrorCode::not_found);
  }
}

TEST_F(ScopeTest, HiddenAndAbsentLookTheSame) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::clerk)));
  const auto hidden = check(bert_, scope_, Right::read);
  const auto absent = check(bert_, new_scope_id(), Right::read);
  ASSERT_FALSE(hidden);
  ASSERT_FALSE(absent);
  EXPECT_EQ(hidden.error().code, absent.error().code);
  EXPECT_EQ(hidden.error().message, absent.error().message);
  EXPECT_EQ(hidden.error().hint, absent.error().hint);
}

TEST_F(ScopeTest, WhoSeesButLacksTheRightIsForbidden) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::reader)));
  EXPECT_TRUE(check(anna_, scope_, Right::read));
  EXPECT_EQ(code_of(check(anna_, scope_, Right::edit)), ErrorCode::forbidden);
}

TEST_F(ScopeTest, AnyRightMakesVisible) {
  AccessList list;
  list.entries = {{{SubjectKind::user, anna_.user.value}, {}, Rights{Right::file}}};
  value_of(add_scope(admin_, scope_, list));
  EXPECT_EQ(rights(anna_, scope_), (Rights{Right::see, Right::file}));
}

TEST_F(ScopeTest, GroupsOrgUnitsAndEveryoneGrantTogether) {
  const Group group = value_of(groups_->create(admin_, "Prüfer"));
  const OrgUnit top = value_of(org_units_->create(admin_, {"Bauamt", "", {}}));
  const OrgUnit leaf = value_of(org_units_->create(admin_, {"Hochbau", "", top.id}));
  UserChange change;
  change.groups = std::vector<GroupId>{group.id};
  change.org_unit = leaf.id;
  value_of(users_->update(admin_, anna_.user, change, 1));
  AccessList list;
  list.entries = {
      {{SubjectKind::everyone, {}}, {}, Rights{Right::see}},
      {{SubjectKind::group, group.id.value}, {}, Rights{Right::annotate}},
      grant(SubjectKind::org_unit, top.id.value, Role::reader),
  };
  value_of(add_scope(admin_, scope_, list));
  EXPECT_EQ(rights(anna_, scope_), (Rights{Right::see, Right::read, Right::annotate}));
  EXPECT_EQ(rights(bert_, scope_), Rights{Right::see});
  EXPECT_EQ(rights(Actor{}, scope_), Rights{}) << "everyone is every active user";
  EXPECT_EQ(rights(admin_, scope_), Rights{}) << "administration reads nothing by being somebody";
}

TEST_F(ScopeTest, AnInactiveUserHasNoRights) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::record_manager)));
  UserChange off;
  off.active = false;
  value_of(users_->update(admin_, anna_.user, off, 1));
  EXPECT_EQ(rights(anna_, scope_), Rights{});
  const auto why_not = value_of(access_->explain(admin_, anna_.user, scope_));
  EXPECT_FALSE(why_not.active);
  EXPECT_EQ(why_not.rights, Rights{});
}

TEST_F(ScopeTest, TheAdministratorSetsListsAndGetsNothingByThat) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::clerk)));
  EXPECT_EQ(rights(admin_, scope_), Rights{});
  EXPECT_EQ(code_of(check(admin_, scope_, Right::read)), ErrorCode::not_found);
  EXPECT_EQ(code_of(set(admin_, scope_, list_for(admin_, Role::reader))), ErrorCode::forbidden);
  AccessList everyone;
  everyone.entries = {{{SubjectKind::everyone, {}}, Role::reader, {}}};
  EXPECT_TRUE(set(admin_, scope_, everyone));
  EXPECT_EQ(rights(bert_, scope_), rights_of(Role::reader));
  EXPECT_EQ(rights(admin_, scope_), Rights{});
  const Actor second = actor_of(add_administrator("zweite"));
  EXPECT_TRUE(set(second, scope_, list_for(admin_, Role::reader)));
  EXPECT_EQ(rights(admin_, scope_), (Rights{Right::see, Right::read}));
  EXPECT_TRUE(set(admin_, scope_, list_for(admin_, Role::reader))) << "keeping is not gaining";
  EXPECT_EQ(count_events("access.changed"), 4U);
}

TEST_F(ScopeTest, TheAdministratorGainsNothingThroughHisOrgUnitEither) {
  const OrgUnit unit = value_of(org_units_->create(admin_, {"Systemverwaltung", "", {}}));
  const Actor second = actor_of(add_administrator("zweite"));
  UserChange change;
  change.org_unit = unit.id;
  value_of(users_->update(admin_, second.user, change, 1));
  AccessList list;
  list.entries = {grant(SubjectKind::org_unit, unit.id.value, Role::reader)};
  EXPECT_EQ(code_of(add_scope(second, scope_, list)), ErrorCode::forbidden);
  EXPECT_TRUE(add_scope(admin_, scope_, list));
  EXPECT_EQ(rights(second, scope_), rights_of(Role::reader));
}

TEST_F(ScopeTest, ManagersChangeTheListAndOthersDoNot) {
  AccessList list = list_for(anna_, Role::record_manager);
  list.entries.push_back(grant(SubjectKind::user, bert_.user.value, Role::signer));
  value_of(add_scope(admin_, scope_, list));
  EXPECT_EQ(code_of(set(bert_, scope_, list)), ErrorCode::not_found)
      << "the list is for those who manage it";
  list.entries[1].role = Role::reader;
  EXPECT_TRUE(set(anna_, scope_, list));
  EXPECT_EQ(rights(bert_, scope_), (Rights{Right::see, Right::read}));
}

TEST_F(ScopeTest, ChangesNeedTheRevisionTheyWereMadeOn) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::record_manager)));
  const Access access = value_of(access_->get_access(anna_, scope_));
  value_of(access_->set_access(anna_, scope_, access.list, access.revision));
  EXPECT_EQ(code_of(access_->set_access(anna_, scope_, access.list, access.revision)),
            ErrorCode::stale_version);
}

TEST_F(ScopeTest, AListThatCameAgainHasNotItsOldRevision) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::record_manager)));
  const auto first = value_of(access_->get_access(anna_, scope_)).revision;
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    DMS_TRY(remove_scope(view, commit, anna_, scope_, ScopeId{}));
    return commit;
  }));
  EXPECT_EQ(rights(anna_, scope_), Rights{});
  EXPECT_EQ(code_of(access_->get_access(admin_, scope_)), ErrorCode::not_found);
  value_of(add_scope(admin_, scope_, list_for(bert_, Role::record_manager)));
  EXPECT_GT(value_of(access_->get_access(bert_, scope_)).revision, first);
}

TEST_F(ScopeTest, RefusesUnsoundLists) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::record_manager)));
  AccessList list = list_for(bert_, Role::clerk);
  list.entries.push_back(list.entries.front());
  EXPECT_EQ(code_of(set(anna_, scope_, list)), ErrorCode::invalid);
  list.entries = {grant(SubjectKind::user, Uuid{}, Role::clerk)};
  EXPECT_EQ(code_of(set(anna_, scope_, list)), ErrorCode::invalid);
  list.entries = {grant(SubjectKind::group, bert_.user.value, Role::clerk)};
  EXPECT_EQ(code_of(set(anna_, scope_, list)), ErrorCode::invalid);
  list.entries = {grant(SubjectKind::everyone, bert_.user.value, Role::clerk)};
  EXPECT_EQ(code_of(set(anna_, scope_, list)), ErrorCode::invalid);
  list.entries = {{{SubjectKind::user, bert_.user.value}, {}, {}}};
  EXPECT_EQ(code_of(set(anna_, scope_, list)), ErrorCode::invalid);
}

TEST_F(ScopeTest, AProtectedScopeIsOutOfTheAdministratorsReach) {
  value_of(add_scope(admin_, scope_, list_of_one(anna_.user, true)));
  EXPECT_EQ(code_of(set(admin_, scope_, list_for(bert_, Role::reader))), ErrorCode::forbidden);
  EXPECT_EQ(code_of(add_scope(admin_, new_scope_id(), list_for(bert_, Role::reader), scope_)),
            ErrorCode::forbidden)
      << "a list of its own below a protected scope would open it";
  const auto removed = store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    storage::Commit commit(view);
    DMS_TRY(remove_scope(view, commit, admin_, scope_, ScopeId{}));
    return commit;
  });
  EXPECT_EQ(code_of(removed), ErrorCode::forbidden);
  EXPECT_TRUE(set(anna_, scope_, list_for(anna_, Role::record_manager)));
  EXPECT_TRUE(set(admin_, scope_, list_for(bert_, Role::reader))) << "no longer protected";
}

TEST_F(ScopeTest, AProtectedScopeNamesItsPeopleAndAManager) {
  AccessList list = list_of_one(anna_.user, true);
  list.entries.push_back({{SubjectKind::everyone, {}}, Role::reader, {}});
  EXPECT_EQ(code_of(add_scope(admin_, scope_, list)), ErrorCode::invalid);
  value_of(add_scope(admin_, scope_, list_of_one(anna_.user, true)));
  EXPECT_EQ(code_of(set(anna_, scope_, list)), ErrorCode::invalid);
  AccessList unmanaged = list_for(anna_, Role::signer);
  unmanaged.is_protected = true;
  EXPECT_EQ(code_of(set(anna_, scope_, unmanaged)), ErrorCode::invalid);
}

TEST_F(ScopeTest, AProtectedScopeDoesNotInheritWhatStandsAbove) {
  AccessList above = list_for(bert_, Role::record_manager);
  value_of(add_scope(admin_, scope_, above));
  const ScopeId personnel = new_scope_id();
  value_of(add_scope(bert_, personnel, list_of_one(anna_.user, true), scope_));
  EXPECT_EQ(rights(bert_, personnel), Rights{});
  EXPECT_EQ(code_of(check(bert_, personnel, Right::see)), ErrorCode::not_found);
  EXPECT_EQ(code_of(access_->get_access(bert_, personnel)), ErrorCode::not_found);
}

TEST_F(ScopeTest, AClerkCannotCloseOffWhatHeDoesNotManage) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::clerk)));
  EXPECT_EQ(code_of(add_scope(anna_, new_scope_id(), list_of_one(anna_.user, false), scope_)),
            ErrorCode::forbidden);
  EXPECT_EQ(code_of(add_scope(bert_, new_scope_id(), list_of_one(bert_.user, false), scope_)),
            ErrorCode::not_found);
}

TEST_F(ScopeTest, ThePlansOwnListStandsAboveEverything) {
  AccessList list = list_for(anna_, Role::record_manager);
  const Access before = value_of(access_->get_access(admin_, ScopeId{}));
  EXPECT_EQ(before.revision, 0U);
  value_of(access_->set_access(admin_, ScopeId{}, list, 0));
  EXPECT_TRUE(rights(anna_, ScopeId{}).has(Right::manage_rights));
  EXPECT_EQ(rights(bert_, ScopeId{}), Rights{});
}

TEST_F(ScopeTest, ExplainsByWhichEntriesSomebodyMay) {
  const Group group = value_of(groups_->create(admin_, "Prüfer"));
  UserChange change;
  change.groups = std::vector<GroupId>{group.id};
  value_of(users_->update(admin_, anna_.user, change, 1));
  AccessList list = list_for(bert_, Role::record_manager);
  list.entries.push_back(grant(SubjectKind::group, group.id.value, Role::reader));
  value_of(add_scope(admin_, scope_, list));
  const Explanation why_anna = value_of(access_->explain(bert_, anna_.user, scope_));
  EXPECT_EQ(why_anna.rights, rights(anna_, scope_));
  ASSERT_EQ(why_anna.grants.size(), 1U);
  EXPECT_EQ(why_anna.grants.front().entry.subject.kind, SubjectKind::group);
  EXPECT_EQ(why_anna.grants.front().subject_name, "Prüfer");
  EXPECT_EQ(code_of(access_->explain(anna_, bert_.user, scope_)), ErrorCode::not_found);
}

TEST_F(ScopeTest, TheCacheNeverAnswersFromBeforeAChange) {
  PermissionCache cache;
  const auto cached = [&](const Actor& actor) {
    return value_of(store_->read<Rights>(
        [&](const storage::View& view) { return cache.rights_in(view, actor, scope_); }));
  };
  EXPECT_EQ(cached(anna_), Rights{});
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::clerk)));
  EXPECT_EQ(cached(anna_), rights_of(Role::clerk));
  EXPECT_TRUE(set(admin_, scope_, list_for(anna_, Role::reader)));
  EXPECT_EQ(cached(anna_), rights_of(Role::reader));

  const Group group = value_of(groups_->create(admin_, "Prüfer"));
  AccessList by_group;
  by_group.entries = {grant(SubjectKind::group, group.id.value, Role::signer)};
  EXPECT_TRUE(set(admin_, scope_, by_group));
  EXPECT_EQ(cached(anna_), Rights{});
  UserChange join;
  join.groups = std::vector<GroupId>{group.id};
  const User joined = value_of(users_->update(admin_, anna_.user, join, 1));
  EXPECT_EQ(cached(anna_), rights_of(Role::signer));
  UserChange off;
  off.active = false;
  value_of(users_->update(admin_, anna_.user, off, joined.revision));
  EXPECT_EQ(cached(anna_), Rights{});
}

TEST_F(ScopeTest, AnOlderViewIsAnsweredAsOfItsOwnTime) {
  value_of(add_scope(admin_, scope_, list_for(anna_, Role::clerk)));
  PermissionCache cache;
  value_of(store_->read<void>([&](const storage::View& older) -> Result<void> {
    EXPECT_TRUE(set(admin_, scope_, list_for(anna_, Role::reader)));
    value_of(store_->read<void>([&](const storage::View& newer) -> Result<void> {
      EXPECT_EQ(value_of(cache.rights_in(newer, anna_, scope_)), rights_of(Role::reader));
      return {};
    }));
    EXPECT_EQ(value_of(cache.rights_in(older, anna_, scope_)), rights_of(Role::clerk));
    return {};
  }));
}

TEST_F(ScopeTest, RolesContainEachOther) {
  Rights below;
  for (const Role role :
       {Role::reader, Role::annotator, Role::clerk, Role::signer, Role::record_manager}) {
    EXPECT_EQ(below.without(rights_of(role)), Rights{});
    EXPECT_FALSE(rights_of(role).without(below).empty());
    below = rights_of(role);
  }
  EXPECT_EQ(below.bits(), 0x1FFU);
}

}  // namespace
}  // namespace dms::test
