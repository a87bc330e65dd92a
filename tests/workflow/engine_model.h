#pragma once

// What a routing should look like, told by another rule than the engine's: it knows no tokens, only
// which steps are done, how far the routing ever came, and who stands where.

#include <algorithm>
#include <string>
#include <vector>

#include "engine_fixture.h"

namespace dms::workflow::test {

class Model {
 public:
  explicit Model(const std::vector<NewStage>& stages) {
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      for (const NewStep& step : stages[stage].steps) {
        steps_.push_back({stage, step.directive != Directive::acknowledge, false, false});
      }
    }
    reach();
  }

  void finished(std::size_t step) {
    steps_.at(step).done = true;
    reach();
  }
  // To step `target`, or to the initiator.
  void returned(std::optional<std::size_t> target) {
    with_initiator_ = !target;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const bool after = !target || i == *target || steps_[i].stage > steps_[*target].stage;
      if (steps_[i].blocking && after) steps_[i].done = steps_[i].reached = false;
    }
    reach();
  }
  void resumed() {
    with_initiator_ = false;
    reach();
  }
  void withdrawn() { withdrawn_ = true; }
  void signed_at(TaskId task, const VersionMark& version) {
    signatures_.push_back({task, version});
  }

  // What is wrong with `state`; "" where it is as it should be.
  std::string check(const RoutingRecord& state) const {
    for (const std::string& wrong :
         {check_steps(state), check_tokens(state), check_state(state), check_slip(state)}) {
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

 private:
  struct Step {
    std::size_t stage = 0;
    bool blocking = true;
    bool done = false;
    bool reached = false;  // was opened and not taken back
  };
  struct Signature {
    TaskId task;
    VersionMark version;
  };

  void reach() {
    if (with_initiator_) return;
    std::size_t reached = SIZE_MAX;
    for (const Step& step : steps_) {
      if (step.blocking && !step.done) reached = std::min(reached, step.stage);
    }
    for (Step& step : steps_) step.reached = step.reached || step.stage <= reached;
  }
  bool all_done() const {
    return std::all_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.done; });
  }

  std::string check_steps(const RoutingRecord& state) const {
    if (state.steps.size() != steps_.size()) return "steps were lost";
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const StepState is = state.steps[i].state;
      const bool is_open = is == StepState::open || is == StepState::stuck;
      const Step& step = steps_[i];
      if (step.done != (is == StepState::done)) return "a step is done or undone wrongly";
      if (step.done) continue;
      if (withdrawn_ != (is == StepState::cancelled)) return "a step is cancelled wrongly";
      if (!withdrawn_ && step.reached != is_open) return "a step is open or waiting wrongly";
    }
    return "";
  }

  // Every token in exactly one place.
  static std::string check_tokens(const RoutingRecord& state) {
    std::set<TaskId> ids;
    std::map<RoutingStepId, int> deciding;
    int rework = 0;
    for (const TaskRecord& task : state.tasks) {
      if (!ids.insert(task.id).second) return "a token stands twice";
      const bool is_open = task.state == TaskState::open;
      if (is_open == task.ended_at.has_value()) return "a token ended and is open";
      if (!is_open) continue;
      const RoutingStepRecord* step = task.step ? find_step(state, *task.step) : nullptr;
      if ((task.kind == TaskKind::rework) != (step == nullptr)) return "a token without its step";
      if (task.kind == TaskKind::rework) ++rework;
      if (task.kind == TaskKind::consultation && step->state != StepState::open) {
        return "a question about a step that is not open";
      }
      if (task.kind == TaskKind::step || task.kind == TaskKind::reassign) {
        ++deciding[step->id];
        const StepState of = task.kind == TaskKind::step ? StepState::open : StepState::stuck;
        if (step->state != of) return "a token for a step that is not so";
      }
    }
    for (const RoutingStepRecord& step : state.steps) {
      const bool is_open = step.state == StepState::open || step.state == StepState::stuck;
      if (deciding[step.id] != (is_open ? 1 : 0)) return "not one token for an open step";
    }
    if (rework != (state.state == RoutingState::returned ? 1 : 0)) return "rework wrongly";
    return "";
  }

  std::string check_state(const RoutingRecord& state) const {
    RoutingState should = with_initiator_ ? RoutingState::returned : RoutingState::running;
    if (all_done()) should = RoutingState::completed;
    if (withdrawn_) should = RoutingState::withdrawn;
    if (state.state != should) return "the routing's state is wrong";
    const bool any_open =
        std::any_of(state.tasks.begin(), state.tasks.end(),
                    [](const TaskRecord& task) { return task.state == TaskState::open; });
    if (any_open == has_ended(state)) return "ended with a token, or running without";
    if (has_ended(state) != state.ended_at.has_value()) return "ended, and nobody knows when";
    return "";
  }

  std::string check_slip(const RoutingRecord& state) const {
    std::size_t seen = 0;
    for (const SlipEntryRecord& entry : state.slip) {
      if (!(entry.act == SlipAct::signed_)) continue;
      if (seen == signatures_.size() || entry.task != signatures_[seen].task ||
          !is_same_version(entry.version, signatures_[seen].version)) {
        return "a signature that nobody gave, or for another version";
      }
      ++seen;
    }
    return seen == signatures_.size() ? "" : "a signature was lost";
  }

  std::vector<Step> steps_;
  std::vector<Signature> signatures_;
  bool with_initiator_ = false;
  bool withdrawn_ = false;
};

}  // namespace dms::workflow::test
