#include "workflow/engine.h"
#include "dms/base/json_codec.h"

#include "engine_fixture.h"

namespace dms::workflow {
namespace {

using namespace test;

constexpr Directive all_directives[] = {Directive::process, Directive::co_sign, Directive::approve,
                                        Directive::final_sign, Directive::acknowledge};

NewStage stage(std::vector<NewStep> steps) {
  return {std::move(steps)};
}
NewStep co_sign(std::uint32_t who) {
  return step_for(Directive::co_sign, of_person(who));
}
NewStep final_sign(std::uint32_t who) {
  return step_for(Directive::final_sign, of_person(who));
}
NewStep process(std::uint32_t who) {
  return step_for(Directive::process, of_person(who));
}
NewStep acknowledge(std::uint32_t who) {
  return step_for(Directive::acknowledge, of_person(who));
}

TEST_F(EngineTest, StagesRunOneAfterTheOtherAndTheirStepsSideBySide) {
  start({stage({process(1)}), stage({co_sign(2), co_sign(3)}), stage({final_sign(4)})});
  EXPECT_EQ(states(), "open waiting waiting waiting | running");
  EXPECT_EQ(done(0, 1), "ok");
  EXPECT_EQ(states(), "done open open waiting | running");
  EXPECT_EQ(sign(2, 3), "ok");
  EXPECT_EQ(states(), "done open done waiting | running");
  EXPECT_EQ(sign(1, 2), "ok");
  EXPECT_EQ(states(), "done done done open | running");
  EXPECT_EQ(sign(3, 4), "ok");
  EXPECT_EQ(states(), "done done done done | completed");
  EXPECT_EQ(count(EffectKind::completed), 1U);
  EXPECT_EQ(state_.ended_at, now_);
  EXPECT_EQ(open_tasks(), 0U);
  EXPECT_EQ(state_.revision, 5U);
}

// One row for each directive: what its holder may decide.
TEST_F(EngineTest, ADirectiveAllowsItsOwnDecisions) {
  const std::map<Directive, std::set<Decision>> allowed = {
      {Directive::process,
       {Decision::done, Decision::return_, Decision::delegate, Decision::consult}},
      {Directive::co_sign,
       {Decision::sign, Decision::return_, Decision::delegate, Decision::consult}},
      {Directive::approve,
       {Decision::sign, Decision::return_, Decision::delegate, Decision::consult}},
      {Directive::final_sign,
       {Decision::sign, Decision::return_, Decision::delegate, Decision::consult}},
      {Directive::acknowledge, {Decision::done, Decision::delegate, Decision::consult}}};
  for (const Directive directive : all_directives) {
    for (const Decision decision :
         {Decision::done, Decision::sign, Decision::return_, Decision::delegate, Decision::consult,
          Decision::answer, Decision::reassign}) {
      start({stage({step_for(directive, of_person(1))})});
      Decide event = to(decide(0, decision), of_person(5), "Kommentar");
      EXPECT_EQ(send(event, {person(1), {}}),
                allowed.at(directive).contains(decision) ? "ok" : "invalid")
          << enum_name(directive) << " " << enum_name(decision);
    }
  }
}

TEST_F(EngineTest, NoStepIsDecidedTwice) {
  start({stage({co_sign(1), co_sign(2)})});
  const Decide first = decide(0, Decision::sign);
  EXPECT_EQ(send(first, {person(1), {}}), "ok");
  EXPECT_EQ(send(first, {person(1), {}}), "conflict");
  // On what was seen before the other signed.
  Decide second = decide(1, Decision::sign);
  second.revision = first.revision;
  EXPECT_EQ(send(second, {person(2), {}}), "stale_version");
  EXPECT_EQ(states(), "done open | running");
  EXPECT_EQ(send(decide(TaskId{numbered(7, 7)}, Decision::sign), {person(1), {}}), "not_found");
}

TEST_F(EngineTest, OnlyTheHolderDecides) {
  start({stage({co_sign(1)}), stage({final_sign(2)})});
  for (const std::uint32_t other : {0U, 2U, 3U}) EXPECT_EQ(sign(0, other), "forbidden");
  EXPECT_EQ(sign(0, 1), "ok");
}

TEST_F(EngineTest, AnyMemberTakesWhatIsAssignedToAGroup) {
  house_.groups[of_group(1)] = {person(5), person(6)};
  start({stage({step_for(Directive::approve, of_group(1))})});
  EXPECT_EQ(sign(0, 1), "forbidden");
  EXPECT_EQ(sign(0, 6), "ok");
  EXPECT_EQ(state_.slip.back().by, person(6));
  EXPECT_EQ(states(), "done | completed");
}

TEST_F(EngineTest, ASignatureNamesItsVersionAndANewVersionShowsItAsGivenForTheOlder) {
  start({stage({co_sign(1)}), stage({final_sign(2)})});
  EXPECT_EQ(sign(0, 1), "ok");
  const SlipEntryRecord signature = state_.slip.back();
  EXPECT_EQ(signature.version.sha256, version_mark(1).sha256);
  EXPECT_FALSE(is_for_older_version(state_, signature));
  const Decide on_first = decide(1, Decision::sign);
  EXPECT_EQ(send(VersionAdded{version_mark(2)}, {}), "ok");
  EXPECT_EQ(count(EffectKind::version_noted), 1U);
  EXPECT_TRUE(is_for_older_version(state_, signature));
  Decide late = on_first;
  EXPECT_EQ(send(late, {person(2), {}}), "stale_version");
  late.revision = state_.revision;
  EXPECT_EQ(send(late, {person(2), {}}), "stale_version");
  late.version->number = 2;  // the number alone does not do
  EXPECT_EQ(send(late, {person(2), {}}), "stale_version");
  late.version.reset();
  EXPECT_EQ(send(late, {person(2), {}}), "invalid");
  EXPECT_EQ(sign(1, 2), "ok");
  EXPECT_EQ(state_.slip.back().version.number, 2U);
  EXPECT_FALSE(is_for_older_version(state_, state_.slip.back()));
}

TEST_F(EngineTest, AVersionThatIsKnownOrOlderChangesNothing) {
  start({stage({co_sign(1)})});
  EXPECT_EQ(send(VersionAdded{version_mark(3)}, {}), "ok");
  const std::string before = encode_json(state_);
  for (const std::uint32_t number : {1U, 3U}) {
    EXPECT_EQ(send(VersionAdded{version_mark(number)}, {}), "ok");
    EXPECT_TRUE(effects_.empty());
    EXPECT_EQ(encode_json(state_), before);
  }
}

TEST_F(EngineTest, GoesBackToAnEarlierStepAndAsksAgainWhatCameAfterIt) {
  start({stage({process(1), acknowledge(7)}), stage({co_sign(2), co_sign(3)}),
         stage({final_sign(4)})});
  EXPECT_EQ(done(0, 1), "ok");
  EXPECT_EQ(sign(2, 2), "ok");
  const Decide overtaken = decide(3, Decision::sign);
  EXPECT_EQ(done(1, 7), "ok");
  EXPECT_EQ(sign(3, 3), "ok");
  EXPECT_EQ(send(give_back(4, 2), {person(4), {}}), "ok");
  EXPECT_EQ(states(), "done done open done waiting | running");
  EXPECT_EQ(sign(2, 2), "ok");
  EXPECT_EQ(send(give_back(4, 0), {person(4), {}}), "ok");
  EXPECT_EQ(states(), "open done waiting waiting waiting | running");
  EXPECT_EQ(send(overtaken, {person(3), {}}), "conflict");
  EXPECT_EQ(state_.slip.back().target, state_.steps[0].id);
}

TEST_F(EngineTest, AReturnNeedsACommentAndAnEarlierStepThatWasDecided) {
  start({stage({process(1), acknowledge(7)}), stage({co_sign(2), co_sign(3)})});
  EXPECT_EQ(done(0, 1), "ok");
  EXPECT_EQ(done(1, 7), "ok");
  EXPECT_EQ(sign(3, 3), "ok");
  for (const std::size_t target : {1U, 2U, 3U}) {
    EXPECT_EQ(send(give_back(2, target), {person(2), {}}), "invalid") << target;
    EXPECT_EQ(error_.fields.at(0).pointer, "/target");
  }
  Decide silent = give_back(2, 0);
  silent.comment = "";
  EXPECT_EQ(send(silent, {person(2), {}}), "invalid");
  EXPECT_EQ(error_.fields.at(0).pointer, "/comment");
}

TEST_F(EngineTest, GoesBackToTheInitiatorAndBeginsAgain) {
  start({stage({co_sign(1), acknowledge(7)}), stage({final_sign(2)})});
  EXPECT_EQ(sign(0, 1), "ok");
  EXPECT_EQ(send(give_back(2, std::nullopt), {person(2), {}}), "ok");
  EXPECT_EQ(states(), "waiting open waiting | returned");
  EXPECT_EQ(send(VersionAdded{version_mark(2)}, {}), "ok");
  const TaskId rework = open_task(TaskKind::rework);
  EXPECT_EQ(send(decide(rework, Decision::done), {person(1), {}}), "forbidden");
  EXPECT_EQ(send(decide(rework, Decision::sign), {person(0), {}}), "invalid");
  EXPECT_EQ(send(decide(rework, Decision::done), {person(0), {}}), "ok");
  EXPECT_EQ(states(), "open open waiting | running");
  EXPECT_EQ(send(decide(rework, Decision::done), {person(0), {}}), "conflict");
}

TEST_F(EngineTest, ADelegatedStepIsTheOthers) {
  NewStep step = co_sign(1);
  step.due_days = 5;
  start({stage({step})});
  const Decide delegation = to(decide(0, Decision::delegate), of_person(4));
  EXPECT_EQ(send(delegation, {person(1), {}}), "ok");
  EXPECT_EQ(send(delegation, {person(1), {}}), "conflict");
  EXPECT_EQ(sign(0, 1), "forbidden");
  EXPECT_EQ(find_task(state_, open_task(0))->due, parse_date("2026-03-07"));
  EXPECT_EQ(send(to(decide(0, Decision::delegate), of_person(4)), {person(4), {}}), "invalid");
  EXPECT_EQ(send(to(decide(0, Decision::delegate), of_group(1)), {person(4), {}}), "invalid");
  house_.left.insert(person(9));
  EXPECT_EQ(send(to(decide(0, Decision::delegate), of_person(9)), {person(4), {}}), "invalid");
  EXPECT_EQ(sign(0, 4), "ok");
  EXPECT_EQ(open_tasks(), 0U);
}

TEST_F(EngineTest, AConsultationLeavesTheStepOpenAndDecidesNothing) {
  start({stage({co_sign(1)})});
  EXPECT_EQ(send(to(decide(0, Decision::consult), of_person(1), "?"), {person(1), {}}), "invalid");
  EXPECT_EQ(send(to(decide(0, Decision::consult), of_person(5), ""), {person(1), {}}), "invalid");
  EXPECT_EQ(send(to(decide(0, Decision::consult), of_person(5), "Geht das?"), {person(1), {}}),
            "ok");
  EXPECT_EQ(states(), "open | running");
  EXPECT_EQ(send(to(decide(0, Decision::consult), of_person(5), "Und?"), {person(1), {}}),
            "conflict");
  Decide reply = decide(open_task(TaskKind::consultation), Decision::sign);
  EXPECT_EQ(send(reply, {person(5), {}}), "invalid");
  reply.decision = Decision::answer;
  EXPECT_EQ(send(reply, {person(5), {}}), "invalid");
  reply.comment = "Ja";
  EXPECT_EQ(send(reply, {person(1), {}}), "forbidden");
  EXPECT_EQ(send(reply, {person(5), {}}), "ok");
  EXPECT_EQ(states(), "open | running");
  // What nobody answered ends with the step.
  EXPECT_EQ(send(to(decide(0, Decision::consult), of_person(6), "Und Sie?"), {person(1), {}}),
            "ok");
  EXPECT_EQ(sign(0, 1), "ok");
  EXPECT_EQ(open_tasks(), 0U);
  EXPECT_EQ(states(), "done | completed");
}

TEST_F(EngineTest, WhoAcknowledgesHoldsNobodyUp) {
  start({stage({acknowledge(1), co_sign(2)}), stage({acknowledge(3)}), stage({final_sign(4)})});
  EXPECT_EQ(states(), "open open waiting waiting | running");
  EXPECT_EQ(sign(1, 2), "ok");
  EXPECT_EQ(states(), "open done open open | running");
  EXPECT_EQ(sign(3, 4), "ok");
  EXPECT_EQ(states(), "open done open done | running");
  EXPECT_EQ(done(2, 3), "ok");
  EXPECT_EQ(done(0, 1), "ok");
  EXPECT_EQ(states(), "done done done done | completed");
}

TEST_F(EngineTest, TheDueDayIsGivenOrCountedFromTheOpening) {
  NewStep by_date = co_sign(1);
  by_date.due_on = parse_date("2026-03-20");
  by_date.due_days = 1;
  NewStep by_days = final_sign(2);
  by_days.due_days = 3;
  start({stage({by_date}), stage({by_days}), stage({co_sign(3)})});
  EXPECT_EQ(find_task(state_, open_task(0))->due, parse_date("2026-03-20"));
  // 23:30 UTC is the next day in Germany.
  now_ = *parse_rfc3339("2026-03-09T23:30:00Z");
  EXPECT_EQ(sign(0, 1), "ok");
  EXPECT_EQ(find_task(state_, open_task(1))->due, parse_date("2026-03-13"));
  EXPECT_EQ(sign(1, 2), "ok");
  EXPECT_EQ(find_task(state_, open_task(2))->due, std::nullopt);
}

TEST_F(EngineTest, ARoutingHasOneToAHundredStepsAndNoEmptyStage) {
  Start event;
  event.version = version_mark(1);
  const auto refused = [&](std::vector<NewStage> stages) {
    event.stages = std::move(stages);
    return !apply_in(house_, RoutingRecord{}, event, {person(0), {}}, now_).has_value();
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({stage({co_sign(1)}), stage({})}));
  EXPECT_TRUE(refused({stage(std::vector<NewStep>(routing_steps_max + 1, co_sign(1)))}));
  EXPECT_FALSE(refused({stage(std::vector<NewStep>(routing_steps_max, co_sign(1)))}));
  NewStep unassigned = co_sign(1);
  unassigned.assignee.reset();
  EXPECT_TRUE(refused({stage({unassigned})}));
  NewStep for_all = co_sign(1);
  for_all.assignee->kind = SubjectKind::everyone;
  EXPECT_TRUE(refused({stage({for_all})}));
  NewStep late = co_sign(1);
  late.due_days = routing_due_days_max + 1;
  EXPECT_TRUE(refused({stage({late})}));
}

}  // namespace
}  // namespace dms::workflow
