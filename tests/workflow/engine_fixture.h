#pragma once

// A house of numbered people for tests of the engine: no store, no clock. Person n is user n; group
// g has the members the test gives it.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/json_codec.h"
#include "support/fake_clock.h"
#include "workflow/engine.h"

namespace dms::workflow::test {

inline Uuid numbered(std::uint8_t kind, std::uint32_t number) {
  Uuid id;
  id.bytes[0] = kind;
  for (std::size_t i = 0; i < 4; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>((number >> (8 * i)) & 0xFFU);
  }
  return id;
}
inline UserId person(std::uint32_t number) {
  return {numbered(1, number)};
}
inline Subject of_person(std::uint32_t number) {
  return {SubjectKind::user, numbered(1, number)};
}
inline Subject of_group(std::uint32_t number) {
  return {SubjectKind::group, numbered(2, number)};
}

inline VersionMark version_mark(std::uint32_t number) {
  VersionMark version;
  version.number = number;
  version.sha256 = sha256("version " + std::to_string(number));
  return version;
}

inline NewStep step_for(Directive directive, const Subject& assignee) {
  NewStep step;
  step.directive = directive;
  step.assignee = assignee;
  return step;
}

// Who is there. People are active unless they left.
struct House {
  std::set<UserId> left;
  std::map<Subject, std::set<UserId>> groups;
  std::set<Deputyship> deputyships;

  Staffing staffing(const std::set<Subject>& subjects) const {
    Staffing staffing;
    staffing.deputyships = deputyships;
    for (const Subject& subject : subjects) {
      std::set<UserId> candidates;
      if (subject.kind == SubjectKind::user) candidates = {UserId{subject.id}};
      if (const auto group = groups.find(subject); group != groups.end()) {
        candidates = group->second;
      }
      for (const UserId gone : left) candidates.erase(gone);
      staffing.candidates[subject] = std::move(candidates);
    }
    return staffing;
  }
};

inline Result<Transition> apply_in(const House& house, const RoutingRecord& state,
                                   const Event& event, const Acting& acting, Instant now) {
  return apply(state, event, {acting, house.staffing(subjects_of_event(state, event)), now});
}

// Tests that drive one routing. Person 0 is the initiator.
class EngineTest : public ::testing::Test {
 protected:
  // Starts with one stage for each element.
  void start(std::vector<NewStage> stages) {
    Start event;
    event.id = RoutingId{numbered(9, 1)};
    event.document = DocumentId{numbered(8, 1)};
    event.version = version_mark(1);
    event.title = "Bauantrag";
    event.stages = std::move(stages);
    state_ = RoutingRecord{};
    EXPECT_EQ(send(event, {person(0), {}}), "ok");
  }

  // "ok", or the code of the error; the state moves on only where it is ok.
  std::string send(const Event& event, const Acting& acting) {
    auto moved = apply_in(house_, state_, event, acting, now_);
    if (!moved) {
      error_ = moved.error();
      return std::string(to_string(error_.code));
    }
    state_ = std::move(moved->state);
    effects_ = std::move(moved->effects);
    return "ok";
  }

  // The decision of the open task of step `index`, or of another task.
  Decide decide(std::size_t index, Decision decision) const {
    return decide(open_task(index), decision);
  }
  Decide decide(TaskId task, Decision decision) const {
    Decide event;
    event.task = task;
    event.revision = state_.revision;
    event.decision = decision;
    if (decision == Decision::done || decision == Decision::sign) event.version = state_.version;
    return event;
  }
  static Decide to(Decide event, const Subject& subject, const std::string& comment = "") {
    event.to = subject;
    event.comment = comment;
    return event;
  }
  Decide give_back(std::size_t index, std::optional<std::size_t> target) const {
    Decide event = decide(index, Decision::return_);
    event.comment = "bitte ändern";
    if (target) event.target = state_.steps.at(*target).id;
    return event;
  }
  std::string done(std::size_t index, std::uint32_t who) {
    return send(decide(index, Decision::done), {person(who), {}});
  }
  std::string sign(std::size_t index, std::uint32_t who) {
    return send(decide(index, Decision::sign), {person(who), {}});
  }

  // Not of a consultation.
  TaskId open_task(std::size_t index) const {
    for (const TaskRecord& task : state_.tasks) {
      if (task.state == TaskState::open && task.step == state_.steps.at(index).id &&
          task.kind != TaskKind::consultation) {
        return task.id;
      }
    }
    return {};
  }
  TaskId open_task(TaskKind kind) const {
    for (const TaskRecord& task : state_.tasks) {
      if (task.state == TaskState::open && task.kind == kind) return task.id;
    }
    return {};
  }
  std::size_t open_tasks() const {
    std::size_t count = 0;
    for (const TaskRecord& task : state_.tasks) count += task.state == TaskState::open ? 1U : 0U;
    return count;
  }
  // "done open waiting": the steps' states, then the routing's.
  std::string states() const {
    std::string text;
    for (const RoutingStepRecord& step : state_.steps) {
      text += std::string(enum_name(step.state)) + " ";
    }
    return text + "| " + std::string(enum_name(state_.state));
  }
  std::size_t count(EffectKind kind) const {
    std::size_t count = 0;
    for (const Effect& effect : effects_) count += effect.kind == kind ? 1U : 0U;
    return count;
  }

  House house_;
  Instant now_ = dms::test::FakeClock::default_start();
  RoutingRecord state_;
  std::vector<Effect> effects_;
  Error error_;
};

}  // namespace dms::workflow::test
