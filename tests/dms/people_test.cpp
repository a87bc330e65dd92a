// The directory of names: who is found by what is typed, in which order, and that it is never older
// than the last change of a user.

#include "dms/people.h"

#include "identity_fixture.h"

namespace dms::test {
namespace {

class PeopleTest : public IdentityTest {
 protected:
  PeopleTest() {
    clerk_ = actor_of(named("Zoë Öztürk"));
    people_ = std::make_unique<People>(*store_);
  }

  User named(const std::string& display_name, std::optional<OrgUnitId> unit = std::nullopt) {
    NewUser input = person("user" + std::to_string(++count_));
    input.display_name = display_name;
    input.org_unit = unit;
    return value_of(users_->create(admin_, input));
  }
  std::vector<std::string> found(std::string_view query) {
    return names(value_of(people_->find(clerk_, query, {})));
  }
  static std::vector<std::string> names(const Page<Person>& page) {
    std::vector<std::string> names;
    for (const Person& person : page.items) names.push_back(person.display_name);
    return names;
  }

  using Names = std::vector<std::string>;
  int count_ = 0;
  Actor clerk_;
  std::unique_ptr<People> people_;
};

TEST_F(PeopleTest, EachWordBeginsAWordOfTheNameFolded) {
  named("Fritz Müller-Lüdenscheid");
  named("Dr. Anna Groß");
  EXPECT_EQ(found("mul"), Names{}) << "ü is ue, as everywhere";
  EXPECT_EQ(found("muel"), Names{"Fritz Müller-Lüdenscheid"});
  EXPECT_EQ(found("LÜD fr"), Names{"Fritz Müller-Lüdenscheid"});
  EXPECT_EQ(found("gross, anna"), Names{"Dr. Anna Groß"});
  EXPECT_EQ(found("nna"), Names{}) << "beginnings only";
  EXPECT_EQ(found("anna fritz"), Names{});
  EXPECT_EQ(found("zoe"), Names{"Zoë Öztürk"});
}

TEST_F(PeopleTest, WhatSignsInIsNotSearched) {
  const User anna = named("Anna Amsel");
  EXPECT_EQ(found(anna.name), Names{});
  EXPECT_EQ(found(anna.email), Names{});
}

TEST_F(PeopleTest, ListsInTheOrderOfNamesPageByPage) {
  for (const char* name : {"Ärmel", "Zander", "Arm", "Ast"}) named(name);
  const auto all = value_of(people_->find(clerk_, "", {}));
  EXPECT_EQ(names(all), (Names{"Arm", "Ärmel", "Ast", "Frau verwaltung", "Zander", "Zoë Öztürk"}));
  EXPECT_EQ(all.total_estimate, 6U);
  EXPECT_TRUE(all.next.empty());
  Names paged;
  PageRequest request{"", 2};
  do {
    const auto page = value_of(people_->find(clerk_, "", request));
    EXPECT_EQ(page.total_estimate, 6U);
    for (const auto& name : names(page)) paged.push_back(name);
    request.after = page.next;
  } while (!request.after.empty());
  EXPECT_EQ(paged, names(all));
}

TEST_F(PeopleTest, EqualNamesAreTwoPeople) {
  named("Anna Amsel");
  named("Anna Amsel");
  const auto first = value_of(people_->find(clerk_, "ams", {"", 1}));
  ASSERT_FALSE(first.next.empty());
  const auto second = value_of(people_->find(clerk_, "ams", {first.next, 1}));
  EXPECT_NE(first.items.at(0).id, second.items.at(0).id);
  EXPECT_TRUE(second.next.empty());
}

TEST_F(PeopleTest, IsNeverOlderThanTheLastChange) {
  EXPECT_EQ(found("anna"), Names{});
  const User anna = named("Anna Amsel");
  EXPECT_EQ(found("anna"), Names{"Anna Amsel"});
  UserChange married;
  married.display_name = "Anna Buchfink";
  const User renamed = value_of(users_->update(admin_, anna.id, married, anna.revision));
  EXPECT_EQ(found("anna"), Names{"Anna Buchfink"});
  UserChange left;
  left.active = false;
  value_of(users_->update(admin_, anna.id, left, renamed.revision));
  EXPECT_EQ(found("anna"), Names{});
}

TEST_F(PeopleTest, WhoLeftKeepsHisNameInTheRecords) {
  const OrgUnit unit = value_of(org_units_->create(admin_, {"Bauamt", "60", std::nullopt}));
  const User anna = named("Anna Amsel", unit.id);
  UserChange left;
  left.active = false;
  value_of(users_->update(admin_, anna.id, left, anna.revision));
  const UserId nobody = UserId::make(clock_.now());
  const auto people = value_of(people_->named(clerk_, {anna.id, nobody, clerk_.user, anna.id}));
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].display_name, "Anna Amsel");
  EXPECT_EQ(people[0].org_unit, unit.id);
  EXPECT_EQ(people[1].id, clerk_.user);
}

TEST_F(PeopleTest, StrangersLearnNothing) {
  EXPECT_EQ(code_of(people_->find(Actor{}, "", {})), ErrorCode::unauthenticated);
  EXPECT_EQ(code_of(people_->named(Actor{}, {clerk_.user})), ErrorCode::unauthenticated);
}

TEST_F(PeopleTest, RefusesWhatIsNoQuestion) {
  const auto pointer = [](const auto& answer) {
    EXPECT_EQ(code_of(answer), ErrorCode::invalid);
    return answer || answer.error().fields.empty() ? "" : answer.error().fields.front().pointer;
  };
  EXPECT_EQ(pointer(people_->find(clerk_, "a\xFF", {})), "/q");
  EXPECT_EQ(pointer(people_->find(clerk_, std::string(201, 'a'), {})), "/q");
  EXPECT_EQ(pointer(people_->named(clerk_, std::vector<UserId>(101))), "/ids");
}

}  // namespace
}  // namespace dms::test
