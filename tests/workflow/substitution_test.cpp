#include "workflow/substitution.h"

#include "routing_fixture.h"

namespace dms::workflow {
namespace {

using namespace test;

class SubstitutionTest : public RoutingTest {
 protected:
  // The clock stands at 2026-03-02.
  SubstitutionFields fields(const Actor& absent, const Actor& deputy,
                            const char* first = "2026-03-02", const char* last = "2026-03-06") {
    return {absent.user, deputy.user, *parse_date(first), *parse_date(last)};
  }
};

TEST_F(SubstitutionTest, ADeputySeesAndSignsAndItIsRecordedForWhom) {
  const Routing routing = start({{{step(Directive::final_sign, of(anna_))}}});
  EXPECT_TRUE(tasks(bert_).empty());
  represent(anna_, bert_, "2026-03-02", "2026-03-06");
  const Task task = tasks(bert_).at(0);
  EXPECT_EQ(task.on_behalf_of, anna_.user);
  EXPECT_EQ(value_of(routings_->get(bert_, routing.record.id)).own_tasks.at(task.task.id),
            anna_.user);
  EXPECT_EQ(code_of(sign(bert_, task)), ErrorCode::forbidden);  // he must say for whom
  value_of(sign(for_(bert_, anna_), task));
  const SlipEntryRecord entry = reread(routing).record.slip.at(1);
  EXPECT_EQ(entry.by, bert_.user);
  EXPECT_EQ(entry.on_behalf_of, anna_.user);
  std::size_t told = 0;
  for (const auto& each : journal()) {
    if (each.kind != "routing.step_decided") continue;
    ++told;
    EXPECT_EQ(each.actor, bert_.user.value);
    EXPECT_EQ(each.on_behalf_of, anna_.user.value);
  }
  EXPECT_EQ(told, 1U);
}

TEST_F(SubstitutionTest, HoldsFromTheFirstDayToTheLast) {
  start({{{step(Directive::final_sign, of(anna_))}}});
  represent(anna_, bert_, "2026-03-04", "2026-03-05");
  const std::map<std::string, std::size_t> seen = {{"2026-03-03T22:59:00Z", 0},
                                                   {"2026-03-03T23:00:00Z", 1},  // in Germany
                                                   {"2026-03-05T22:59:00Z", 1},
                                                   {"2026-03-05T23:00:00Z", 0}};
  for (const auto& [at, count] : seen) {
    clock_.set(*parse_rfc3339(at));
    EXPECT_EQ(tasks(bert_).size(), count) << at;
  }
  clock_.set(*parse_rfc3339("2026-03-05T12:00:00Z"));
  const Task task = tasks(bert_).at(0);
  clock_.set(*parse_rfc3339("2026-03-06T12:00:00Z"));
  EXPECT_LOOKS_ABSENT(sign(for_(bert_, anna_), task));
}

TEST_F(SubstitutionTest, ADeputysDeputySeesAndDoesNothing) {
  start({{{step(Directive::final_sign, of(anna_))}}});
  represent(anna_, bert_, "2026-03-02", "2026-03-06");
  represent(bert_, carla_, "2026-03-02", "2026-03-06");
  EXPECT_TRUE(tasks(carla_).empty());
  const Task task = tasks(bert_).at(0);
  EXPECT_LOOKS_ABSENT(sign(for_(carla_, anna_), task));
  EXPECT_LOOKS_ABSENT(sign(for_(carla_, bert_), task));
  // One who may read it is told why.
  represent(bert_, signer_, "2026-03-02", "2026-03-06");
  const auto refused = sign(for_(signer_, bert_), task);
  ASSERT_EQ(code_of(refused), ErrorCode::forbidden);
  EXPECT_NE(refused.error().message.de.find("Vertretung"), std::string::npos);
  value_of(sign(for_(bert_, anna_), task));
}

TEST_F(SubstitutionTest, OneEntersHisOwnAndAnAdministratorAnybodys) {
  value_of(substitutions_->create(admin_, fields(anna_, bert_)));
  EXPECT_LOOKS_ABSENT(substitutions_->create(carla_, fields(anna_, carla_)));
  EXPECT_EQ(code_of(substitutions_->create(anna_, fields(anna_, anna_))), ErrorCode::invalid);
  for (const auto& [first, last] :
       {std::pair("2026-03-06", "2026-03-05"), std::pair("2026-02-01", "2026-03-01"),
        std::pair("2026-03-02", "2027-03-04")}) {
    EXPECT_EQ(code_of(substitutions_->create(anna_, fields(anna_, bert_, first, last))),
              ErrorCode::invalid);
  }
  EXPECT_EQ(value_of(substitutions_->list(bert_, bert_.user)).size(), 1U);
  EXPECT_LOOKS_ABSENT(substitutions_->list(bert_, anna_.user));
}

TEST_F(SubstitutionTest, IsChangedAndRemovedByRevision) {
  const Substitution made = value_of(substitutions_->create(anna_, fields(anna_, bert_)));
  const Substitution changed =
      value_of(substitutions_->update(anna_, made.id, fields(anna_, carla_), 1));
  EXPECT_EQ(changed.fields.deputy, carla_.user);
  EXPECT_EQ(code_of(substitutions_->remove(anna_, made.id, 1)), ErrorCode::stale_version);
  EXPECT_LOOKS_ABSENT(substitutions_->remove(carla_, made.id, 2));
  value_of(substitutions_->remove(anna_, made.id, 2));
  EXPECT_TRUE(value_of(substitutions_->list(anna_, anna_.user)).empty());
  EXPECT_EQ(count_events("substitution.created") + count_events("substitution.changed") +
                count_events("substitution.removed"),
            3U);
}

}  // namespace
}  // namespace dms::workflow
