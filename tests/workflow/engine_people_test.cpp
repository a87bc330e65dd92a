// Deputies, people who leave, and what the initiator does.

#include "dms/base/json_codec.h"
#include "engine_fixture.h"
#include "workflow/engine.h"

namespace dms::workflow {
namespace {

using namespace test;

NewStage one(Directive directive, const Subject& assignee) {
  return {{step_for(directive, assignee)}};
}

TEST_F(EngineTest, ADeputyActsForSomebodyAndTheSlipSaysSo) {
  house_.deputyships = {{person(1), person(5)}};
  start({one(Directive::co_sign, of_person(1))});
  EXPECT_EQ(sign(0, 5), "forbidden");  // he must say for whom
  EXPECT_EQ(send(decide(0, Decision::sign), {person(5), person(2)}), "forbidden");
  EXPECT_EQ(send(decide(0, Decision::sign), {person(6), person(1)}), "forbidden");
  EXPECT_EQ(send(decide(0, Decision::sign), {person(5), person(1)}), "ok");
  EXPECT_EQ(state_.slip.back().by, person(5));
  EXPECT_EQ(state_.slip.back().on_behalf_of, person(1));
}

TEST_F(EngineTest, TheDeputyOfADeputyIsRefused) {
  house_.deputyships = {{person(1), person(2)}, {person(2), person(3)}};
  start({one(Directive::co_sign, of_person(1))});
  for (const std::uint32_t behalf : {1U, 2U}) {
    EXPECT_EQ(send(decide(0, Decision::sign), {person(3), person(behalf)}), "forbidden");
    EXPECT_NE(error_.message.en.find("another deputy"), std::string::npos) << error_.message.en;
  }
  EXPECT_EQ(send(decide(0, Decision::sign), {person(2), person(1)}), "ok");
}

TEST_F(EngineTest, AStepNobodyIsLeftForIsStuckWithTheInitiator) {
  house_.left = {person(1)};
  house_.groups[of_group(1)] = {};
  start({{{step_for(Directive::co_sign, of_person(1)), step_for(Directive::approve, of_group(1)),
           step_for(Directive::process, of_person(2))}}});
  EXPECT_EQ(states(), "stuck stuck open | running");
  EXPECT_EQ(count(EffectKind::step_stuck), 2U);
  EXPECT_EQ(done(2, 2), "ok");
  EXPECT_EQ(states(), "stuck stuck done | running");
  const Decide give = to(decide(0, Decision::reassign), of_person(3));
  EXPECT_EQ(send(give, {person(2), {}}), "forbidden");
  EXPECT_EQ(send(to(decide(0, Decision::reassign), of_group(1)), {person(0), {}}), "invalid");
  EXPECT_EQ(send(give, {person(0), {}}), "ok");
  EXPECT_EQ(send(give, {person(0), {}}), "conflict");
  EXPECT_EQ(states(), "open stuck done | running");
  EXPECT_EQ(sign(0, 3), "ok");
  // Somebody comes into the group.
  house_.groups[of_group(1)] = {person(8)};
  EXPECT_EQ(send(StaffChanged{}, {}), "ok");
  EXPECT_EQ(states(), "done open done | running");
  EXPECT_EQ(sign(1, 8), "ok");
  EXPECT_EQ(states(), "done done done | completed");
}

TEST_F(EngineTest, WhoLeavesLosesNoStep) {
  start(
      {{{step_for(Directive::co_sign, of_person(1)), step_for(Directive::co_sign, of_person(2))}}});
  EXPECT_EQ(send(to(decide(0, Decision::consult), of_person(7), "?"), {person(1), {}}), "ok");
  EXPECT_EQ(send(to(decide(1, Decision::delegate), of_person(7)), {person(2), {}}), "ok");
  house_.left = {person(7)};
  EXPECT_EQ(send(StaffChanged{}, {}), "ok");
  // The question lapses; what was delegated comes back.
  EXPECT_EQ(states(), "open open | running");
  EXPECT_EQ(open_tasks(), 2U);
  EXPECT_EQ(sign(1, 2), "ok");
  house_.left = {person(1), person(7)};
  EXPECT_EQ(send(StaffChanged{}, {}), "ok");
  EXPECT_EQ(states(), "stuck done | running");
  const std::string before = encode_json(state_);
  EXPECT_EQ(send(StaffChanged{}, {}), "ok");
  EXPECT_EQ(encode_json(state_), before);
}

TEST_F(EngineTest, TheInitiatorGivesAnOpenStepToSomebodyElse) {
  start({one(Directive::co_sign, of_person(1)), one(Directive::final_sign, of_person(2))});
  const auto reassign = [&](std::size_t index) {
    return Reassign{state_.steps.at(index).id, state_.revision, of_person(4), "krank"};
  };
  EXPECT_EQ(send(reassign(0), {person(1), {}}), "forbidden");
  EXPECT_EQ(send(reassign(1), {person(0), {}}), "conflict");
  const Decide overtaken = decide(0, Decision::sign);
  EXPECT_EQ(send(reassign(0), {person(0), {}}), "ok");
  EXPECT_EQ(send(overtaken, {person(1), {}}), "conflict");
  EXPECT_EQ(sign(0, 4), "ok");
}

TEST_F(EngineTest, TheInitiatorWithdrawsAndNothingStaysOpen) {
  house_.deputyships = {{person(0), person(6)}};
  start({one(Directive::co_sign, of_person(1)), one(Directive::final_sign, of_person(2))});
  EXPECT_EQ(send(Withdraw{state_.revision, ""}, {person(1), {}}), "forbidden");
  EXPECT_EQ(send(Withdraw{state_.revision + 1, ""}, {person(0), {}}), "stale_version");
  const Decide late = decide(0, Decision::sign);
  EXPECT_EQ(send(Withdraw{state_.revision, "erledigt"}, {person(6), person(0)}), "ok");
  EXPECT_EQ(states(), "cancelled cancelled | withdrawn");
  EXPECT_EQ(open_tasks(), 0U);
  EXPECT_EQ(send(late, {person(1), {}}), "conflict");
  EXPECT_EQ(send(Withdraw{state_.revision, ""}, {person(0), {}}), "conflict");
  EXPECT_EQ(send(VersionAdded{version_mark(2)}, {}), "ok");
  EXPECT_EQ(state_.version.number, 1U);
}

TEST_F(EngineTest, ARoutingWhoseInitiatorLeftIsTakenOver) {
  house_.left = {person(1)};
  start({one(Directive::co_sign, of_person(1))});
  EXPECT_EQ(send(TakeOver{state_.revision}, {person(4), {}}), "conflict");
  house_.left.insert(person(0));
  EXPECT_EQ(send(to(decide(0, Decision::reassign), of_person(3)), {person(0), {}}), "forbidden");
  EXPECT_EQ(send(TakeOver{state_.revision}, {person(4), {}}), "ok");
  EXPECT_EQ(state_.initiator, person(4));
  EXPECT_EQ(send(to(decide(0, Decision::reassign), of_person(3)), {person(4), {}}), "ok");
  EXPECT_EQ(sign(0, 3), "ok");
  EXPECT_EQ(states(), "done | completed");
}

TEST_F(EngineTest, ARoutingThatGoesRoundTooOftenMustEnd) {
  start({one(Directive::co_sign, of_person(1))});
  std::uint32_t holder = 1;
  std::string answer = "ok";
  while (state_.tasks.size() < routing_tasks_max) {
    const std::uint32_t next = holder == 1 ? 2 : 1;
    answer = send(to(decide(0, Decision::delegate), of_person(next)), {person(holder), {}});
    ASSERT_EQ(answer, "ok");
    holder = next;
  }
  EXPECT_EQ(send(to(decide(0, Decision::delegate), of_person(9)), {person(holder), {}}),
            "conflict");
  EXPECT_EQ(send(give_back(0, std::nullopt), {person(holder), {}}), "conflict");
  EXPECT_EQ(sign(0, holder), "ok");
}

TEST_F(EngineTest, KeepsWhatANewerProgramWrote) {
  start({one(Directive::co_sign, of_person(1)), one(Directive::final_sign, of_person(2))});
  std::string text = encode_json(state_);
  const std::string known = "\"directive\":\"final_sign\"";
  text.replace(text.find(known), known.size(), "\"directive\":\"seal\",\"colour\":\"red\"");
  const auto read = decode_json<RoutingRecord>(text, JsonProfile::record);
  ASSERT_TRUE(read.has_value()) << read.error().hint;
  state_ = *read;
  EXPECT_EQ(sign(0, 1), "ok");
  EXPECT_EQ(states(), "done open | running");
  // Not decided by a program that does not know what it asks, but not lost either.
  EXPECT_EQ(sign(1, 2), "invalid");
  EXPECT_NE(encode_json(state_).find("\"colour\":\"red\""), std::string::npos);
}

}  // namespace
}  // namespace dms::workflow
