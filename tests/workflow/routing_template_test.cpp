#include "workflow/routing_template.h"

#include "routing_fixture.h"
#include "workflow/routing_store.h"

namespace dms::workflow {
namespace {

using namespace test;

class RoutingTemplateTest : public RoutingTest {};

TEST_F(RoutingTemplateTest, IsKeptByAdministratorsAndStartedByClerks) {
  RoutingTemplateFields way;
  way.name = "Stellungnahme";
  way.stages = {{{step(Directive::co_sign, of(anna_))}},
                {{step(Directive::final_sign, of(bert_))}}};
  way.stages[1].steps[0].assignee.reset();
  way.stages[1].steps[0].due_days = 3;
  EXPECT_EQ(code_of(templates_->create(clerk_, way)), ErrorCode::forbidden);
  const RoutingTemplate made = value_of(templates_->create(admin_, way));
  EXPECT_EQ(code_of(templates_->create(admin_, way)), ErrorCode::conflict);
  EXPECT_EQ(value_of(templates_->get(clerk_, made.id)).stages, way.stages);
  NewRouting input = new_routing({});
  input.template_ = made.id;
  EXPECT_EQ(code_of(routings_->start(clerk_, input)), ErrorCode::invalid);
  input.assignees = {of(carla_), of(bert_)};
  EXPECT_EQ(code_of(routings_->start(clerk_, input)), ErrorCode::invalid);
  input.assignees = {of(carla_)};
  const Routing routing = value_of(routings_->start(clerk_, input));
  EXPECT_EQ(routing.record.template_, made.id);
  way.name = "Einvernehmen";
  EXPECT_EQ(value_of(templates_->update(admin_, made.id, way, 1)).change.revision, 2U);
  EXPECT_EQ(code_of(templates_->remove(admin_, made.id, 1)), ErrorCode::stale_version);
  value_of(templates_->remove(admin_, made.id, 2));
  EXPECT_TRUE(value_of(templates_->list(clerk_, {})).items.empty());
  value_of(sign(anna_, tasks(anna_).at(0)));
  EXPECT_EQ(tasks(carla_).at(0).task.due, parse_date("2026-03-05"));
}

// As if a later version of the program had written it.
TEST_F(RoutingTemplateTest, DoesNotStartAStepOfAnUnknownKindAsAnother) {
  RoutingTemplateFields way;
  way.name = "Beglaubigung";
  way.stages = {{{step(Directive::process, of(anna_))}}};
  const RoutingTemplate made = value_of(templates_->create(admin_, way));
  value_of(store_->commit([&](const storage::View& view) -> Result<storage::Commit> {
    auto record = DMS_TRY(view.find(routing_template_table, made.id.key()));
    record->stages.at(0).steps.at(0).directive = Open<Directive>::unknown("certify");
    storage::Commit commit(view);
    DMS_TRY(commit.put(routing_template_table, *record));
    return commit;
  }));
  NewRouting input = new_routing({});
  input.template_ = made.id;
  EXPECT_EQ(code_of(routings_->start(clerk_, input)), ErrorCode::conflict);
  EXPECT_TRUE(tasks(anna_).empty());
}

}  // namespace
}  // namespace dms::workflow
