// Killed at any point means here: a follower that is thrown away, one that begins at a place that
// lies behind, and a store that is opened again.

#include "workflow/routing_follower.h"
#include "dms/base/json_codec.h"

#include "routing_fixture.h"
#include "workflow/routing_store.h"

namespace dms::workflow {
namespace {

using namespace test;

class RoutingFollowerTest : public RoutingTest {
 protected:
  void follow() {
    RoutingFollower follower(*store_, clock_);
    while (value_of(follower.step())) {
    }
    EXPECT_EQ(follower.position(), store_->journal_head().sequence);
  }
  void add_version(const std::string& text, std::uint64_t if_match) {
    value_of(documents_->add_version(clerk_, document_.id, {"neu.txt", ""}, stage(text), if_match));
  }
  void set_active(const Actor& actor, bool active, std::uint64_t if_match) {
    UserChange change;
    change.active = active;
    value_of(users_->update(admin_, actor.user, change, if_match));
  }
  // As if it had been killed before its place was kept.
  void forget_position() {
    value_of(store_->commit([](const storage::View& view) -> Result<storage::Commit> {
      storage::Commit commit(view);
      DMS_TRY(commit.erase(journal_place_table, "routings"));
      return commit;
    }));
  }
};

TEST_F(RoutingFollowerTest, TellsANewVersionOnceHoweverOftenItIsKilled) {
  const Routing routing = start({{{step(Directive::co_sign, of(anna_))}}});
  const Routing withdrawn = start({{{step(Directive::co_sign, of(bert_))}}});
  value_of(routings_->withdraw(clerk_, withdrawn.record.id, "", 1));
  follow();
  EXPECT_EQ(count_events("routing.version_noted"), 0U);
  add_version("Fassung 2", 1);
  add_version("Fassung 3", 2);
  follow();
  EXPECT_EQ(reread(routing).record.version.number, 3U);
  EXPECT_EQ(reread(routing).record.version.sha256, sha256("Fassung 3"));
  EXPECT_EQ(reread(withdrawn).record.version.number, 1U);
  EXPECT_EQ(count_events("routing.version_noted"), 1U);
  const std::string before = encode_json(reread(routing).record);
  forget_position();
  follow();
  restart();
  forget_position();
  follow();
  EXPECT_EQ(encode_json(reread(routing).record), before);
  EXPECT_EQ(count_events("routing.version_noted"), 1U);
}

TEST_F(RoutingFollowerTest, WhoLeavesLeavesAStuckStepAndTakesItAgainWhenHeIsBack) {
  const Routing routing = start({{{step(Directive::co_sign, of(anna_))}}});
  set_active(anna_, false, 1);
  follow();
  EXPECT_EQ(reread(routing).record.steps.at(0).state, StepState::stuck);
  EXPECT_EQ(tasks(clerk_).at(0).task.kind, TaskKind::reassign);
  const std::string before = encode_json(reread(routing).record);
  forget_position();
  follow();
  EXPECT_EQ(encode_json(reread(routing).record), before);
  set_active(anna_, true, 2);
  follow();
  EXPECT_TRUE(tasks(clerk_).empty());
  EXPECT_EQ(value_of(sign(anna_, tasks(anna_).at(0))).state, RoutingState::completed);
}

TEST_F(RoutingFollowerTest, AGroupThatEmptiesIsStuckUntilSomebodyComesIn) {
  const Group group = value_of(groups_->create(admin_, "Bauausschuss"));
  UserChange change;
  change.groups = std::vector<GroupId>{group.id};
  value_of(users_->update(admin_, anna_.user, change, 1));
  const Routing routing =
      start({{{step(Directive::co_sign, {SubjectKind::group, group.id.value})}}});
  follow();
  EXPECT_EQ(reread(routing).record.steps.at(0).state, StepState::open);
  change.groups = std::vector<GroupId>{};
  value_of(users_->update(admin_, anna_.user, change, 2));
  follow();
  EXPECT_EQ(reread(routing).record.steps.at(0).state, StepState::stuck);
  change.groups = std::vector<GroupId>{group.id};
  value_of(users_->update(admin_, bert_.user, change, 1));
  follow();
  EXPECT_EQ(value_of(sign(bert_, tasks(bert_).at(0))).state, RoutingState::completed);
}

TEST_F(RoutingFollowerTest, ItsPlaceIsKeptOnlyWhenItToldSomething) {
  follow();
  const std::uint64_t state = store_->state_number();
  file(document_.dossier, "Noch eins");
  const std::uint64_t filed = store_->state_number();
  EXPECT_GT(filed, state);
  follow();
  EXPECT_EQ(store_->state_number(), filed);
}

}  // namespace
}  // namespace dms::workflow
