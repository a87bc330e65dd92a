#pragma once

// INTERNAL to the engine: a copy of a routing that is being driven, and the moves all events are
// made of. Each move keeps tokens and steps together; the events decide which moves.

#include <optional>
#include <string>
#include <vector>

#include "workflow/engine.h"

namespace dms::workflow {

class Machine {
 public:
  // Borrows the context.
  Machine(RoutingRecord state, const Context& context)
      : state_(std::move(state)), context_(context) {}

  RoutingRecord& state() { return state_; }
  const Context& context() const { return context_; }
  RoutingStepRecord* step(RoutingStepId id);
  TaskRecord* task(TaskId id);

  // The user whose task it would be: who acts, or whom he acts for. `forbidden` where he is not his
  // deputy now.
  Result<UserId> principal() const;
  Result<void> require_holder(const AssigneeRecord& holder) const;
  Result<void> require_initiator() const;
  bool has_candidates(const AssigneeRecord& assignee) const;
  bool is_candidate(const AssigneeRecord& assignee, UserId user) const;

  Uuid next_id();
  // Adds what the acting user did to the slip.
  void note(SlipEntryRecord entry);
  void effect(EffectKind kind, std::optional<RoutingStepId> step = {},
              std::optional<TaskId> task = {}, std::optional<SlipAct> act = {});

  TaskId open_task(TaskKind kind, RoutingStepRecord* step, const AssigneeRecord& holder);
  void end_task(TaskRecord& task, TaskState how);
  // All open tasks of the step.
  void end_tasks_of(RoutingStepId step, TaskState how);
  // With its assignee, or stuck.
  void open_step(RoutingStepRecord& step);
  void finish_step(RoutingStepRecord& step);
  void reset_step(RoutingStepRecord& step);
  // Opens what is due to be open; completes the routing where nothing is left.
  void advance();
  void open_rework();

  // The state with its next revision, where anything happened.
  Transition take();

 private:
  AssigneeRecord initiator() const;
  Date due_date(const RoutingStepRecord& step) const;

  RoutingRecord state_;
  const Context& context_;
  std::vector<Effect> effects_;
};

// The events. engine.cpp, engine_decide.cpp
Result<void> handle(Machine& machine, const Start& event);
Result<void> handle(Machine& machine, const Decide& event);
Result<void> handle(Machine& machine, const Reassign& event);
Result<void> handle(Machine& machine, const Withdraw& event);
Result<void> handle(Machine& machine, const TakeOver& event);
Result<void> handle(Machine& machine, const VersionAdded& event);
Result<void> handle(Machine& machine, const StaffChanged& event);

// Gives the step to somebody else; its tasks end.
Result<void> reassign_step(Machine& machine, RoutingStepRecord& step, const Subject& to,
                           const std::string& comment, std::optional<TaskId> by_task);
// `stale_version` where the routing has moved on since `revision`.
Result<void> check_routing_revision(const RoutingRecord& state, std::uint64_t revision);
Result<void> require_running(const RoutingRecord& state);
Error nobody_there(std::string_view pointer);

}  // namespace dms::workflow
