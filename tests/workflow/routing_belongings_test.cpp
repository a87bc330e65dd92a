// A running routing keeps its document from being destroyed; ended ones go with it.

#include "workflow/routing_belongings.h"

#include "dms/erasure.h"
#include "dms/erasure_run.h"
#include "routing_fixture.h"
#include "workflow/routing_store.h"

namespace dms::workflow {
namespace {

using namespace test;

class RoutingBelongingsTest : public RoutingTest {
 protected:
  RoutingBelongingsTest() {
    second_ = actor_of(add_user("zweite"));
    AccessList list;
    list.entries = {grant(SubjectKind::user, clerk_.user.value, Role::clerk),
                    grant(SubjectKind::user, manager_.user.value, Role::record_manager),
                    grant(SubjectKind::user, second_.user.value, Role::record_manager)};
    const Access before = value_of(access_->get_access(admin_, ScopeId{}));
    value_of(access_->set_access(admin_, ScopeId{}, list, before.revision));
  }

  std::size_t routings_left() {
    return value_of(store_->read<std::size_t>([](const storage::View& view) -> Result<std::size_t> {
      return DMS_TRY(view.read_keys(routing_table.name, {})).size();
    }));
  }

  RoutingBelongings belongings_;
  Actor second_;
};

TEST_F(RoutingBelongingsTest, WhatRunsStandsAgainstItAndWhatHasEndedGoesAlong) {
  Erasures erasures(*store_, clock_, &belongings_);
  const NewErasure input{{}, {document_.id}, "falsch abgelegt"};
  const Routing routing = start({{{step(Directive::co_sign, of(anna_))}}});
  const auto refused = erasures.propose(manager_, input);
  ASSERT_EQ(code_of(refused), ErrorCode::conflict);
  EXPECT_EQ(refused.error().fields[0].message, message_of(ErasureReason::routing_open));
  ASSERT_EQ(tasks(anna_).size(), 1U);

  value_of(sign(anna_, tasks(anna_).front()));
  const Erasure proposed = value_of(erasures.propose(manager_, input));
  value_of(erasures.release(second_, proposed.id, proposed.change.revision));
  ErasureRun run({*store_, clock_, &belongings_, nullptr, nullptr, nullptr});
  while (value_of(erasures.get(second_, proposed.id)).state != ErasureState::done) {
    value_of(run.step());
  }
  EXPECT_EQ(routings_left(), 0U);
  EXPECT_EQ(code_of(routings_->get(clerk_, routing.record.id)), ErrorCode::not_found);
  for (const auto& entry : value_of(store_->read_journal_of(routing.record.id.value, 0, 100))) {
    EXPECT_FALSE(entry.detail) << entry.kind;
  }
  EXPECT_EQ(value_of(store_->verify()).problems, std::vector<std::string>{});
}

}  // namespace
}  // namespace dms::workflow
