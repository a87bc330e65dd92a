// Who is told what of routings and tasks.

#include "workflow/routing_notice.h"

#include <algorithm>

#include "routing_fixture.h"
#include "workflow/task_grants.h"

namespace dms::workflow {
namespace {

using namespace test;

class RoutingNoticeTest : public RoutingTest {
 protected:
  void mark() { begin_ = store_->journal_head().sequence; }

  std::vector<std::string> told(const Actor& actor) {
    std::vector<ChangeNotice> all;
    const auto entries = value_of(store_->read_journal(begin_, 1000));
    value_of(store_->read<void>([&](const storage::View& view) -> Result<void> {
      for (const auto& entry : entries) {
        const TellChange tell =
            DMS_TRY(tell_routing_change(view, {*permissions_, &grants_}, entry, clock_.now()));
        if (tell) DMS_TRY(tell(actor, all));
      }
      return {};
    }));
    std::vector<std::string> result;
    for (const ChangeNotice& notice : all) result.push_back(notice.object + " " + notice.change);
    return result;
  }

  const TaskGrants grants_{clock_};
  std::uint64_t begin_ = 0;
};

using Told = std::vector<std::string>;

TEST_F(RoutingNoticeTest, HoldersLearnOfTheirTasksAndNobodyElseDoes) {
  mark();
  start({{{step(Directive::co_sign, of(anna_))}}, {{step(Directive::final_sign, of(bert_))}}});
  EXPECT_EQ(told(anna_), (Told{"routing started", "document routing", "task opened"}));
  EXPECT_EQ(told(bert_), Told{}) << "his turn has not come";
  EXPECT_EQ(told(carla_), Told{});
  EXPECT_EQ(told(clerk_), (Told{"routing started", "document routing"}));
  mark();
  const Task task = tasks(anna_).at(0);
  ASSERT_TRUE(sign(anna_, task));
  const Told anna = told(anna_);
  EXPECT_EQ(std::ranges::count(anna, "task ended"), 1);
  EXPECT_EQ(std::ranges::count(anna, "task opened"), 0);
  EXPECT_EQ(std::ranges::count(anna, "routing step_decided"), 0) << "hers no longer";
  EXPECT_EQ(std::ranges::count(told(bert_), "task opened"), 1);
  EXPECT_EQ(told(carla_), Told{});
}

TEST_F(RoutingNoticeTest, DeputiesLearnOfTheTasksTheyStandInFor) {
  represent(anna_, carla_, "2026-03-01", "2026-03-20");
  mark();
  start({{{step(Directive::co_sign, of(anna_))}}});
  EXPECT_EQ(std::ranges::count(told(carla_), "task opened"), 1);
  EXPECT_EQ(told(bert_), Told{});
}

TEST_F(RoutingNoticeTest, ASubstitutionIsBetweenTheTwoOfThem) {
  mark();
  represent(anna_, carla_, "2026-03-01", "2026-03-20");
  EXPECT_EQ(told(anna_), Told{"substitution created"});
  EXPECT_EQ(told(carla_), Told{"substitution created"});
  for (const Actor& other : {bert_, clerk_, admin_}) EXPECT_EQ(told(other), Told{});
}

}  // namespace
}  // namespace dms::workflow
