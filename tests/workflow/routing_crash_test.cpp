// A process that decides tasks one after the other is killed (-9) in the midst of it, again and
// again. What it was told is decided is decided, once; nothing is half; and the rest goes on.

#include "routing_fixture.h"
#include "support/child_test.h"
#include "workflow/routing_store.h"

namespace dms::workflow {
namespace {

using namespace test;
using dms::test::ChildTest;

constexpr const char* folder_order = "ROUTING_FOLDER";
constexpr std::size_t routings = 12;
constexpr std::size_t steps = 4;

std::vector<RoutingRecord> all_routings(const storage::Store& store) {
  using List = std::vector<RoutingRecord>;
  return value_of(store.read<List>([](const storage::View& view) -> Result<List> {
    return DMS_TRY(view.scan(routing_table, {})).items;
  }));
}

TEST(RoutingCrashChild, DISABLED_DecidesWhatIsOpen) {
  dms::test::FakeClock clock;
  NullLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment environment({}, clock, log, metrics);
  storage::StoreOptions options;
  options.folder = std::getenv(folder_order);
  options.name = "musterbach";
  const auto store = value_of(storage::Store::open(environment, options));
  Routings service(*store, clock);
  for (bool any = true; any;) {
    any = false;
    for (const RoutingRecord& routing : all_routings(*store)) {
      for (const TaskRecord& task : routing.tasks) {
        if (task.state != TaskState::open) continue;
        any = true;
        Actor holder;
        holder.user = UserId{task.holder.subject};
        TaskDecision decision;
        decision.decision = Decision::sign;
        decision.version = routing.version;
        value_of(service.decide(holder, task.id, decision, routing.revision));
        ChildTest::report(task.id.text());
        break;
      }
    }
  }
}

class RoutingCrashTest : public RoutingTest {
 protected:
  // How often the task was decided.
  std::size_t decided(const std::string& task) {
    std::size_t count = 0;
    for (const RoutingRecord& routing : all_routings(*store_)) {
      for (const SlipEntryRecord& entry : routing.slip) {
        if (entry.act == SlipAct::signed_ && entry.task->text() == task) ++count;
      }
    }
    return count;
  }
  // Slip, steps and tasks of each routing tell the same story.
  void expect_whole() {
    EXPECT_TRUE(value_of(store_->verify()).problems.empty());
    std::size_t told = 0;
    for (const RoutingRecord& routing : all_routings(*store_)) {
      std::size_t done = 0;
      std::size_t open = 0;
      for (const RoutingStepRecord& step : routing.steps) {
        done += step.state == StepState::done ? 1U : 0U;
      }
      for (const TaskRecord& task : routing.tasks) open += task.state == TaskState::open ? 1U : 0U;
      EXPECT_EQ(routing.slip.size(), 1 + done);
      EXPECT_EQ(open, has_ended(routing) ? 0U : 1U);
      told += done;
    }
    EXPECT_EQ(count_events("routing.step_decided"), told);
  }
};

TEST_F(RoutingCrashTest, WhatWasAnsweredIsDecidedOnceAfterAnyKill) {
  std::vector<NewStage> stages;
  for (std::size_t i = 0; i < steps; ++i) {
    stages.push_back({{step(Directive::co_sign, of(i % 2 == 0 ? anna_ : bert_))}});
  }
  for (std::size_t i = 0; i < routings; ++i) start(stages);
  std::set<std::string> answered;
  std::size_t kills = 0;
  for (std::size_t round = 1; answered.size() < routings * steps; ++round) {
    ASSERT_LT(round, 100U);
    close();
    ChildTest child("RoutingCrashChild.DISABLED_DecidesWhatIsOpen",
                    {{folder_order, (temp_ / "store").string()}});
    for (std::size_t i = 0; i < round % 7 + 1; ++i) {
      const auto line = child.read_line();
      if (!line) break;
      EXPECT_TRUE(answered.insert(*line).second) << "decided twice";
    }
    child.kill();
    while (const auto line = child.read_line()) answered.insert(*line);
    kills += WIFSIGNALED(child.wait()) ? 1U : 0U;
    open();
    make_services();
    make_workflow();
    for (const std::string& task : answered) EXPECT_EQ(decided(task), 1U);
    expect_whole();
    // One may have been decided and not answered.
    for (const RoutingRecord& routing : all_routings(*store_)) {
      for (const SlipEntryRecord& entry : routing.slip) {
        if (entry.act == SlipAct::signed_) answered.insert(entry.task->text());
      }
    }
  }
  EXPECT_GE(kills, 5U);
}

}  // namespace
}  // namespace dms::workflow
