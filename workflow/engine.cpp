// The events but decisions. Decisions: engine_decide.cpp.

#include "workflow/engine.h"

#include "dms/change.h"
#include "dms/permission.h"
#include "workflow/engine_machine.h"

namespace dms::workflow {

namespace {

Result<void> check_stages(const std::vector<NewStage>& stages) {
  std::size_t count = 0;
  for (const NewStage& stage : stages) {
    if (stage.steps.empty()) count = routing_steps_max + 1;
    count += stage.steps.size();
  }
  if (count > 0 && count <= routing_steps_max) return {};
  return fail(invalid_field("/stages",
                            "Ein Geschäftsgang hat 1 bis 100 Schritte, und jede Stufe mindestens "
                            "einen.",
                            "A routing has 1 to 100 steps, and each stage one at least."));
}

RoutingStepRecord make_step(Machine& machine, std::uint32_t stage, const NewStep& input) {
  RoutingStepRecord step;
  step.id = RoutingStepId{machine.next_id()};
  step.stage = stage;
  step.directive = input.directive;
  step.assignee = to_record(*input.assignee);
  step.instruction = unless_empty(input.instruction);
  step.due_on = input.due_on;
  step.due_days = input.due_days;
  return step;
}

SlipEntryRecord entry_of(SlipAct act, const std::string& comment) {
  SlipEntryRecord entry;
  entry.act = act;
  entry.comment = unless_empty(comment);
  return entry;
}

}  // namespace

Error nobody_there(std::string_view pointer) {
  return invalid_field(std::string(pointer), "Dort kann niemand die Aufgabe übernehmen.",
                       "There is nobody there who could take the task.");
}

Result<void> check_routing_revision(const RoutingRecord& state, std::uint64_t revision) {
  if (state.revision != revision) return fail(stale_version());
  return {};
}

Result<void> require_running(const RoutingRecord& state) {
  if (!has_ended(state)) return {};
  return fail(ErrorCode::conflict, "Dieser Geschäftsgang ist beendet.", "This routing has ended.");
}

Result<void> handle(Machine& machine, const Start& event) {
  if (!machine.state().steps.empty()) {
    return fail(ErrorCode::conflict, "Dieser Geschäftsgang läuft schon.",
                "This routing has been started already.");
  }
  DMS_TRY(check_stages(event.stages));
  RoutingRecord& state = machine.state();
  state.initiator = DMS_TRY(machine.principal());
  state.id = event.id;
  state.document = event.document;
  state.template_ = event.template_;
  state.title = event.title;
  state.version = event.version;
  stamp_created(state, {machine.context().now, machine.context().acting.user});
  state.revision = 0;  // take() makes it 1
  std::uint32_t stage = 0;
  for (const NewStage& each : event.stages) {
    for (const NewStep& step : each.steps) {
      const std::string pointer = "/stages/" + std::to_string(stage);
      if (!step.assignee || step.assignee->kind == SubjectKind::everyone) {
        return fail(nobody_there(pointer));
      }
      if (step.due_days.value_or(0) > routing_due_days_max) {
        return fail(invalid_field(pointer, "Diese Frist ist zu lang.", "This time is too long."));
      }
      state.steps.push_back(make_step(machine, stage, step));
    }
    ++stage;
  }
  machine.note(entry_of(SlipAct::started, ""));
  machine.effect(EffectKind::started);
  machine.advance();
  return {};
}

Result<void> reassign_step(Machine& machine, RoutingStepRecord& step, const Subject& to,
                           const std::string& comment, std::optional<TaskId> by_task) {
  const AssigneeRecord assignee = to_record(to);
  if (!machine.has_candidates(assignee)) return fail(nobody_there("/to"));
  SlipEntryRecord entry = entry_of(SlipAct::reassigned, comment);
  entry.step = step.id;
  entry.task = by_task;
  entry.to = assignee;
  machine.note(std::move(entry));
  machine.effect(EffectKind::reassigned, step.id, by_task);
  step.assignee = assignee;
  machine.reset_step(step);
  machine.open_step(step);
  return {};
}

Result<void> handle(Machine& machine, const Reassign& event) {
  DMS_TRY(machine.require_initiator());
  DMS_TRY(require_running(machine.state()));
  DMS_TRY(check_routing_revision(machine.state(), event.revision));
  RoutingStepRecord* step = machine.step(event.step);
  if (step == nullptr) return fail(absent_object());
  if (step->state != StepState::open && step->state != StepState::stuck) {
    return fail(ErrorCode::conflict, "Dieser Schritt ist nicht offen.", "This step is not open.");
  }
  return reassign_step(machine, *step, event.to, event.comment, std::nullopt);
}

Result<void> handle(Machine& machine, const Withdraw& event) {
  DMS_TRY(machine.require_initiator());
  RoutingRecord& state = machine.state();
  DMS_TRY(require_running(state));
  DMS_TRY(check_routing_revision(state, event.revision));
  for (TaskRecord& each : state.tasks) {
    if (each.state == TaskState::open) machine.end_task(each, TaskState::superseded);
  }
  for (RoutingStepRecord& each : state.steps) {
    if (each.state != StepState::done) each.state = StepState::cancelled;
  }
  state.state = RoutingState::withdrawn;
  state.ended_at = machine.context().now;
  machine.note(entry_of(SlipAct::withdrawn, event.comment));
  machine.effect(EffectKind::withdrawn);
  return {};
}

Result<void> handle(Machine& machine, const TakeOver& event) {
  RoutingRecord& state = machine.state();
  DMS_TRY(require_running(state));
  DMS_TRY(check_routing_revision(state, event.revision));
  const AssigneeRecord before = to_record(Subject{SubjectKind::user, state.initiator.value});
  if (machine.has_candidates(before)) {
    return fail(ErrorCode::conflict, "Wer den Geschäftsgang begonnen hat, ist noch da.",
                "Who started the routing is still there.");
  }
  state.initiator = DMS_TRY(machine.principal());
  const AssigneeRecord after = to_record(Subject{SubjectKind::user, state.initiator.value});
  machine.note(entry_of(SlipAct::taken_over, ""));
  machine.effect(EffectKind::taken_over);
  for (std::size_t i = 0, count = state.tasks.size(); i < count; ++i) {
    const TaskRecord task = state.tasks[i];
    if (task.state != TaskState::open) continue;
    if (task.kind != TaskKind::rework && task.kind != TaskKind::reassign) continue;
    machine.end_task(state.tasks[i], TaskState::lapsed);
    machine.open_task(task.kind, task.step ? machine.step(*task.step) : nullptr, after);
  }
  return {};
}

Result<void> handle(Machine& machine, const VersionAdded& event) {
  RoutingRecord& state = machine.state();
  if (has_ended(state) || event.version.number <= state.version.number) return {};
  state.version = event.version;
  machine.effect(EffectKind::version_noted);
  return {};
}

Result<void> handle(Machine& machine, const StaffChanged&) {
  RoutingRecord& state = machine.state();
  for (std::size_t i = 0, count = state.tasks.size(); i < count; ++i) {
    const TaskRecord task = state.tasks[i];
    if (task.state != TaskState::open || !task.step) continue;
    RoutingStepRecord& step = *machine.step(*task.step);
    if (task.kind == TaskKind::reassign && machine.has_candidates(step.assignee)) {
      machine.end_task(state.tasks[i], TaskState::superseded);
      machine.open_step(step);
    } else if (task.kind == TaskKind::step && !machine.has_candidates(task.holder)) {
      machine.end_task(state.tasks[i], TaskState::lapsed);
      machine.end_tasks_of(step.id, TaskState::superseded);  // what he had asked others
      machine.open_step(step);  // with its own assignee, where it had been delegated
    } else if (task.kind == TaskKind::consultation && !machine.has_candidates(task.holder)) {
      machine.end_task(state.tasks[i], TaskState::lapsed);
    }
  }
  return {};
}

std::set<Subject> subjects_of_event(const RoutingRecord& state, const Event& event) {
  std::set<Subject> subjects{{SubjectKind::user, state.initiator.value}};
  const auto add = [&](const AssigneeRecord& assignee) {
    if (const auto subject = to_subject(assignee)) subjects.insert(*subject);
  };
  for (const RoutingStepRecord& step : state.steps) add(step.assignee);
  for (const TaskRecord& task : state.tasks) {
    if (task.state == TaskState::open) add(task.holder);
  }
  if (const auto* start = std::get_if<Start>(&event)) {
    for (const NewStage& stage : start->stages) {
      for (const NewStep& step : stage.steps) {
        if (step.assignee) subjects.insert(*step.assignee);
      }
    }
  } else if (const auto* decide = std::get_if<Decide>(&event)) {
    if (decide->to) subjects.insert(*decide->to);
  } else if (const auto* reassign = std::get_if<Reassign>(&event)) {
    subjects.insert(reassign->to);
  }
  return subjects;
}

Result<Transition> apply(const RoutingRecord& state, const Event& event, const Context& context) {
  Machine machine(state, context);
  DMS_TRY(std::visit([&](const auto& each) { return handle(machine, each); }, event));
  return machine.take();
}

}  // namespace dms::workflow
