#include "dms/file_plan.h"

#include "filing_fixture.h"

namespace dms {
namespace {

using test::code_of;
using test::FilingTest;
using test::value_of;
using test::why;

std::vector<std::string> codes(const std::vector<FilePlanUnit>& units) {
  std::vector<std::string> result;
  for (const FilePlanUnit& unit : units) result.push_back(unit.fields.code);
  return result;
}
using Codes = std::vector<std::string>;

class FilePlanTest : public FilingTest {};

TEST_F(FilePlanTest, ListsTheTreeInTheOrderOfCodes) {
  EXPECT_EQ(codes(value_of(plan_->all(admin_))), (Codes{"0", "02", "03", "6", "621.41"}));
  EXPECT_EQ(codes(value_of(plan_->children(admin_, std::nullopt))), (Codes{"0", "6"}));
  EXPECT_EQ(codes(value_of(plan_->children(admin_, general_.id))), (Codes{"02", "03"}));
  EXPECT_EQ(codes(value_of(plan_->path(admin_, plans_.id))), (Codes{"6", "621.41"}));
  EXPECT_FALSE(value_of(plan_->get(admin_, general_.id)).leaf);
  EXPECT_TRUE(value_of(plan_->get(admin_, office_.id)).leaf);
}

TEST_F(FilePlanTest, ShowsEverybodyOnlyWhatHisScopesShow) {
  EXPECT_EQ(codes(value_of(plan_->all(clerk_))), (Codes{"0", "02", "6", "621.41"}));
  EXPECT_EQ(codes(value_of(plan_->all(manager_))), (Codes{"03"}));
  EXPECT_EQ(codes(value_of(plan_->path(manager_, staff_.id))), (Codes{"03"}));
  EXPECT_EQ(codes(value_of(plan_->all(stranger_))), Codes{});
  EXPECT_LOOKS_ABSENT(plan_->get(clerk_, staff_.id));
  EXPECT_LOOKS_ABSENT(plan_->path(clerk_, staff_.id));
  EXPECT_LOOKS_ABSENT(plan_->children(stranger_, general_.id));
  EXPECT_LOOKS_ABSENT(plan_->get(clerk_, UnitId::make(clock_.now())));
}

TEST_F(FilePlanTest, IsKeptByAdministratorsOnly) {
  EXPECT_EQ(code_of(plan_->create(clerk_, unit_fields("9", "Finanzen"))), ErrorCode::forbidden);
  EXPECT_EQ(code_of(plan_->update(clerk_, office_.id, office_.fields, 1)), ErrorCode::forbidden);
  EXPECT_EQ(code_of(plan_->remove(clerk_, office_.id, 1)), ErrorCode::forbidden);
  // What the actor says of himself counts for nothing.
  Actor pretender = clerk_;
  pretender.system_administrator = true;
  EXPECT_EQ(code_of(plan_->create(pretender, unit_fields("9", "Finanzen"))), ErrorCode::forbidden);
}

TEST_F(FilePlanTest, HasEveryCodeOnce) {
  const auto again = plan_->create(admin_, unit_fields("02", "Noch einmal"));
  ASSERT_EQ(code_of(again), ErrorCode::conflict);
  EXPECT_EQ(again.error().fields.front().pointer, "/code");
  EXPECT_EQ(code_of(plan_->update(admin_, office_.id, unit_fields("03", "x", general_.id), 1)),
            ErrorCode::conflict);
  const FilePlanUnit renamed = value_of(
      plan_->update(admin_, office_.id, unit_fields("021", "Organisation", general_.id), 1));
  EXPECT_EQ(renamed.change.revision, 2U);
  EXPECT_TRUE(plan_->create(admin_, unit_fields("02", "Wieder frei", general_.id)).has_value());
}

TEST_F(FilePlanTest, TellsAllWrongFieldsAtOnce) {
  FilePlanUnitFields fields = unit_fields("a{b}", "");
  fields.transfer_years = 0;
  fields.retention = RetentionPeriod{500, RetentionStart::closing, "", std::nullopt};
  fields.reference_pattern = "nichts";
  fields.valid_from = parse_date("2027-01-01");
  fields.valid_until = parse_date("2026-01-01");
  const auto created = plan_->create(admin_, fields);
  ASSERT_EQ(code_of(created), ErrorCode::invalid);
  std::vector<std::string> pointers;
  for (const FieldError& error : created.error().fields) pointers.push_back(error.pointer);
  EXPECT_EQ(pointers, (Codes{"/code", "/title", "/valid_until", "/retention/years",
                             "/transfer_years", "/reference_pattern"}));
}

TEST_F(FilePlanTest, RefusesOutdatedRevisionsAndCycles) {
  EXPECT_EQ(code_of(plan_->update(admin_, office_.id, office_.fields, 7)),
            ErrorCode::stale_version);
  EXPECT_EQ(code_of(plan_->update(admin_, general_.id, unit_fields("0", "x", office_.id), 1)),
            ErrorCode::invalid);
  EXPECT_EQ(code_of(plan_->update(admin_, general_.id, unit_fields("0", "x", general_.id), 1)),
            ErrorCode::invalid);
  EXPECT_EQ(code_of(plan_->create(admin_, unit_fields("8", "x", UnitId::make(clock_.now())))),
            ErrorCode::invalid);
}

TEST_F(FilePlanTest, MovingAUnitIsNoWayRoundAccessLists) {
  // Below 03 the personnel office's list would hold: first the unit needs a list of its own.
  EXPECT_EQ(code_of(plan_->update(admin_, office_.id, unit_fields("02", "x", staff_.id), 1)),
            ErrorCode::conflict);
  // A unit with its own list keeps it wherever it goes.
  FilePlanUnitFields fields = staff_.fields;
  fields.parent = building_.id;
  const FilePlanUnit moved = value_of(plan_->update(admin_, staff_.id, fields, 1));
  EXPECT_EQ(moved.scope, staff_.scope);
}

TEST_F(FilePlanTest, AnAccessListIsInheritedByAllBelow) {
  const FilePlanUnit deep = add_unit("621.411", "Verfahren", plans_.id);
  AccessList list;
  list.entries = {grant(SubjectKind::user, manager_.user.value, Role::record_manager)};
  const FilePlanUnit given = value_of(plan_->give_access_list(admin_, building_.id, list, 1));
  EXPECT_TRUE(given.own_scope);
  EXPECT_EQ(value_of(plan_->get(manager_, deep.id)).scope, given.scope);
  EXPECT_LOOKS_ABSENT(plan_->get(clerk_, deep.id));
  EXPECT_EQ(code_of(plan_->drop_access_list(admin_, office_.id, 1)), ErrorCode::conflict);
  value_of(plan_->drop_access_list(admin_, building_.id, given.change.revision));
  EXPECT_TRUE(plan_->get(clerk_, deep.id).has_value());
  EXPECT_LOOKS_ABSENT(plan_->get(manager_, deep.id));
  // The list of 03 was not touched.
  EXPECT_EQ(value_of(plan_->get(admin_, staff_.id)).scope.value, staff_.id.value);
}

TEST_F(FilePlanTest, RemovesOnlyWhatIsEmpty) {
  open_dossier();
  EXPECT_EQ(code_of(plan_->remove(admin_, building_.id, 1)), ErrorCode::conflict);
  EXPECT_EQ(code_of(plan_->remove(admin_, plans_.id, 1)), ErrorCode::conflict);
  EXPECT_TRUE(plan_->remove(admin_, staff_.id, 1).has_value());
  EXPECT_LOOKS_ABSENT(plan_->get(admin_, staff_.id));
  EXPECT_EQ(count_events("unit.removed"), 1U);
}

TEST_F(FilePlanTest, HasATitleAndAPatternOfItsOwn) {
  EXPECT_EQ(value_of(plan_->info(clerk_)).fields.reference_pattern, "{unit}-{year}/{number:3}");
  EXPECT_EQ(code_of(plan_->update_info(clerk_, {"Plan", "{unit}/{number}"}, 0)),
            ErrorCode::forbidden);
  EXPECT_EQ(code_of(plan_->update_info(admin_, {"Plan", "{unit}"}, 0)), ErrorCode::invalid);
  const auto first = plan_->update_info(admin_, {"Plan", "{unit}/{number}"}, 0);
  ASSERT_TRUE(first.has_value()) << why(first);
  EXPECT_EQ(first->change.revision, 1U);
  EXPECT_EQ(code_of(plan_->update_info(admin_, {"Plan", "{unit}/{number}"}, 0)),
            ErrorCode::stale_version);
  EXPECT_EQ(open_dossier().file_reference, "621.41/1");
}

}  // namespace
}  // namespace dms
