// What colleagues see of an absence: whether it runs today, until when, and who stands in.

#include "workflow/absence.h"

#include "routing_fixture.h"

namespace dms::workflow {
namespace {

using namespace test;

class AbsenceTest : public RoutingTest {
 protected:
  // The clock stands at 2026-03-02.
  std::map<UserId, Absence> absences(const Actor& asker) {
    return value_of(
        absences_of(*store_, asker, {anna_.user, bert_.user, carla_.user}, clock_.now()));
  }
};

TEST_F(AbsenceTest, AnybodySignedInSeesWhoIsAwayAndUntilWhen) {
  represent(anna_, bert_, "2026-03-02", "2026-03-06");
  const auto seen = absences(carla_);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(format_date(seen.at(anna_.user).until), "2026-03-06");
  EXPECT_EQ(seen.at(anna_.user).deputies, std::vector<UserId>{bert_.user});
  EXPECT_EQ(code_of(absences_of(*store_, Actor{}, {anna_.user}, clock_.now())),
            ErrorCode::unauthenticated);
}

TEST_F(AbsenceTest, IsToldFromTheFirstDayToTheLastAndNotBefore) {
  represent(anna_, bert_, "2026-03-04", "2026-03-05");
  const std::map<std::string, std::size_t> told = {{"2026-03-03T22:59:00Z", 0},
                                                   {"2026-03-03T23:00:00Z", 1},  // in Germany
                                                   {"2026-03-05T22:59:00Z", 1},
                                                   {"2026-03-05T23:00:00Z", 0}};
  for (const auto& [at, count] : told) {
    clock_.set(*parse_rfc3339(at));
    EXPECT_EQ(absences(carla_).size(), count) << at;
  }
}

TEST_F(AbsenceTest, SeveralDeputiesStandTogetherAndTheLastDayCounts) {
  represent(anna_, carla_, "2026-03-01", "2026-03-20");
  represent(anna_, bert_, "2026-03-01", "2026-03-03");
  represent(anna_, bert_, "2026-02-27", "2026-03-04");
  const Absence absence = absences(bert_).at(anna_.user);
  EXPECT_EQ(format_date(absence.until), "2026-03-20");
  EXPECT_EQ(absence.deputies, (std::vector<UserId>{bert_.user, carla_.user}));
}

TEST_F(AbsenceTest, ADeputyWhoLeftIsNotNamed) {
  represent(anna_, bert_, "2026-03-02", "2026-03-06");
  UserChange left;
  left.active = false;
  const User bert = value_of(users_->get(admin_, bert_.user));
  value_of(users_->update(admin_, bert_.user, left, bert.revision));
  const Absence absence = absences(carla_).at(anna_.user);
  EXPECT_EQ(format_date(absence.until), "2026-03-06");
  EXPECT_TRUE(absence.deputies.empty());
}

}  // namespace
}  // namespace dms::workflow
