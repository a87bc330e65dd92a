// Org units and groups: the tree has no circles, names are unique where they stand.

#include "dms/org_unit.h"

#include "dms/group.h"
#include "identity_fixture.h"

namespace dms::test {
namespace {

class OrgUnitTest : public IdentityTest {
 protected:
  OrgUnit add(const std::string& name, std::optional<OrgUnitId> parent = {}) {
    return value_of(org_units_->create(admin_, {name, "", parent}));
  }
};

TEST_F(OrgUnitTest, NamesAreUniqueAmongSiblings) {
  const OrgUnit building = add("Bauamt");
  EXPECT_EQ(code_of(org_units_->create(admin_, {"BAUAMT", "", {}})), ErrorCode::conflict);
  add("Bauamt", building.id);
}

TEST_F(OrgUnitTest, PathGoesUpToTheTop) {
  const OrgUnit top = add("Fachbereich 3");
  const OrgUnit middle = add("Bauamt", top.id);
  const OrgUnit leaf = add("Hochbau", middle.id);
  const auto path = value_of(store_->read<std::vector<OrgUnitId>>(
      [&](const storage::View& view) { return org_unit_path(view, leaf.id); }));
  EXPECT_EQ(path, (std::vector<OrgUnitId>{leaf.id, middle.id, top.id}));
}

TEST_F(OrgUnitTest, RefusesCircles) {
  const OrgUnit top = add("Fachbereich 3");
  const OrgUnit leaf = add("Bauamt", top.id);
  EXPECT_EQ(code_of(org_units_->update(admin_, top.id, {"Fachbereich 3", "", leaf.id}, 1)),
            ErrorCode::conflict);
  EXPECT_EQ(code_of(org_units_->update(admin_, top.id, {"Fachbereich 3", "", top.id}, 1)),
            ErrorCode::conflict);
}

TEST_F(OrgUnitTest, RefusesATreeThatIsTooDeep) {
  std::optional<OrgUnitId> parent;
  std::vector<OrgUnit> chain;
  for (std::size_t i = 0; i < org_unit_depth_max; ++i) {
    chain.push_back(add("Ebene " + std::to_string(i), parent));
    parent = chain.back().id;
  }
  EXPECT_EQ(code_of(org_units_->create(admin_, {"zu tief", "", parent})), ErrorCode::invalid);
  // A branch of two levels does not fit where one would.
  const OrgUnit branch = add("Ast");
  add("Blatt", branch.id);
  const OrgUnitId above_last = chain[org_unit_depth_max - 2].id;
  EXPECT_EQ(code_of(org_units_->update(admin_, branch.id, {"Ast", "", above_last}, 1)),
            ErrorCode::invalid);
  add("einzelnes Blatt", above_last);
}

TEST_F(OrgUnitTest, NobodyMovesHisOwnUnit) {
  const OrgUnit top = add("Bürgermeisteramt");
  const OrgUnit own = add("Systemverwaltung");
  const User second = add_administrator("zweite");
  UserChange change;
  change.org_unit = own.id;
  const User moved = value_of(users_->update(admin_, second.id, change, second.revision));
  EXPECT_EQ(
      code_of(org_units_->update(actor_of(moved), own.id, {"Systemverwaltung", "", top.id}, 1)),
      ErrorCode::forbidden);
  EXPECT_TRUE(org_units_->update(actor_of(moved), own.id, {"IT", "", {}}, 1));
  EXPECT_TRUE(org_units_->update(admin_, own.id, {"IT", "", top.id}, 2));
}

TEST_F(OrgUnitTest, EverybodyReadsTheTreeAndAdministratorsChangeIt) {
  const OrgUnit unit = add("Bauamt");
  const Actor clerk = actor_of(add_user("anna"));
  EXPECT_EQ(value_of(org_units_->list(clerk, {})).items.size(), 1U);
  EXPECT_EQ(code_of(org_units_->create(clerk, {"Kämmerei", "", {}})), ErrorCode::forbidden);
  EXPECT_EQ(code_of(org_units_->update(clerk, unit.id, {"X", "", {}}, 1)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(org_units_->get(Actor{}, unit.id)), ErrorCode::unauthenticated);
}

TEST_F(OrgUnitTest, GroupsAreUniqueByFoldedNameAndRenamedByRevision) {
  const Group group = value_of(groups_->create(admin_, "Prüfer"));
  EXPECT_EQ(code_of(groups_->create(admin_, "pruefer")), ErrorCode::conflict);
  const Group renamed = value_of(groups_->rename(admin_, group.id, "Rechnungsprüfung", 1));
  EXPECT_EQ(renamed.revision, 2U);
  EXPECT_EQ(code_of(groups_->rename(admin_, group.id, "X", 1)), ErrorCode::stale_version);
  EXPECT_TRUE(groups_->create(admin_, "Prüfer"));
  EXPECT_EQ(value_of(groups_->list(admin_, {})).items.size(), 2U);
}

}  // namespace
}  // namespace dms::test
