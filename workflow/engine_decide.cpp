// Decisions on tasks.

#include "dms/permission.h"
#include "workflow/engine_machine.h"

namespace dms::workflow {

namespace {

Error not_for_this_task() {
  Error error = make_error(ErrorCode::invalid, "Diese Entscheidung passt nicht zu dieser Aufgabe.",
                           "This decision does not fit this task.");
  error.fields.push_back({"/decision", error.message});
  return error;
}

// What may be decided with a token, by what it is for.
bool allows(const TaskRecord& task, const RoutingStepRecord* step, Decision decision) {
  switch (task.kind) {
    case TaskKind::consultation:
      return decision == Decision::answer;
    case TaskKind::rework:
      return decision == Decision::done;
    case TaskKind::reassign:
      return decision == Decision::reassign;
    case TaskKind::step:
      break;
  }
  const auto directive = step == nullptr ? std::nullopt : step->directive.known();
  if (!directive) return false;
  if (decision == Decision::delegate || decision == Decision::consult) return true;
  switch (*directive) {
    case Directive::acknowledge:
      return decision == Decision::done;
    case Directive::process:
      return decision == Decision::done || decision == Decision::return_;
    case Directive::co_sign:
    case Directive::approve:
    case Directive::final_sign:
      return decision == Decision::sign || decision == Decision::return_;
  }
  return false;
}

Result<void> require_comment(const Decide& event) {
  if (!event.comment.empty()) return {};
  return fail(
      invalid_field("/comment", "Bitte schreiben Sie etwas dazu.", "Please write a comment."));
}

// Delegations, consultations and returns could go round for ever.
Result<void> require_room(const RoutingRecord& state) {
  if (state.tasks.size() < routing_tasks_max) return {};
  return fail(ErrorCode::conflict,
              "Dieser Geschäftsgang ist zu lang geworden. Er kann nur noch zu Ende gebracht oder "
              "zurückgezogen werden.",
              "This routing has become too long. It can only be brought to its end or withdrawn.");
}

Result<AssigneeRecord> require_target(const Machine& machine, const Decide& event) {
  if (!event.to) {
    return fail(invalid_field("/to", "Bitte geben Sie an, an wen.", "Please say to whom."));
  }
  const AssigneeRecord to = to_record(*event.to);
  if (!machine.has_candidates(to)) return fail(nobody_there("/to"));
  return to;
}

SlipEntryRecord entry_of(SlipAct act, const TaskRecord& task, const Decide& event) {
  SlipEntryRecord entry;
  entry.act = act;
  entry.step = task.step;
  entry.task = task.id;
  entry.comment = unless_empty(event.comment);
  return entry;
}

// `task` is a copy in all of these: opening tasks moves them.

Result<void> finish(Machine& machine, const TaskRecord& task, const Decide& event) {
  const VersionMark& newest = machine.state().version;
  if (!event.version) {
    return fail(invalid_field("/version", "Die Fassung fehlt, die entschieden wurde.",
                              "The version that was decided on is missing."));
  }
  if (!is_same_version(*event.version, newest)) {
    return fail(ErrorCode::stale_version,
                "Es gibt eine neuere Fassung. Bitte sehen Sie diese an und entscheiden Sie dann.",
                "There is a newer version. Please look at that one and decide then.");
  }
  const SlipAct act = event.decision == Decision::sign ? SlipAct::signed_ : SlipAct::done;
  machine.note(entry_of(act, task, event));
  machine.effect(EffectKind::step_decided, task.step, task.id, act);
  machine.end_task(*machine.task(task.id), TaskState::decided);
  machine.finish_step(*machine.step(*task.step));
  machine.advance();
  return {};
}

Result<void> send_back(Machine& machine, const TaskRecord& task, const Decide& event) {
  DMS_TRY(require_comment(event));
  DMS_TRY(require_room(machine.state()));
  RoutingRecord& state = machine.state();
  const RoutingStepRecord* target = nullptr;
  if (event.target) {
    target = machine.step(*event.target);
    const bool is_earlier = target != nullptr && is_blocking(*target) &&
                            target->state == StepState::done &&
                            target->stage < machine.step(*task.step)->stage;
    if (!is_earlier) {
      return fail(invalid_field("/target", "Zurück geht es nur zu einem früheren Schritt.",
                                "It can only go back to an earlier step."));
    }
  }
  SlipEntryRecord entry = entry_of(SlipAct::returned, task, event);
  entry.target = event.target;
  machine.note(std::move(entry));
  machine.effect(EffectKind::returned, event.target, task.id);
  machine.end_task(*machine.task(task.id), TaskState::decided);
  for (RoutingStepRecord& each : state.steps) {
    if (!is_blocking(each)) continue;
    const bool is_after = target == nullptr || each.stage > target->stage || &each == target;
    if (is_after && each.state != StepState::waiting) machine.reset_step(each);
  }
  if (target == nullptr) {
    state.state = RoutingState::returned;
    machine.open_rework();
  }
  machine.advance();
  return {};
}

Result<void> delegate(Machine& machine, const TaskRecord& task, const Decide& event) {
  DMS_TRY(require_room(machine.state()));
  const AssigneeRecord to = DMS_TRY(require_target(machine, event));
  if (event.to->kind != SubjectKind::user) {
    return fail(invalid_field("/to", "Weitergegeben wird an eine Person.",
                              "A task is delegated to a person."));
  }
  if (to_subject(task.holder) == event.to) {
    return fail(
        invalid_field("/to", "Die Aufgabe liegt schon dort.", "The task is there already."));
  }
  SlipEntryRecord entry = entry_of(SlipAct::delegated, task, event);
  entry.to = to;
  machine.note(std::move(entry));
  machine.effect(EffectKind::delegated, task.step, task.id);
  machine.end_task(*machine.task(task.id), TaskState::delegated);
  machine.open_task(TaskKind::step, machine.step(*task.step), to);
  // What the one before was given to do it by stays.
  machine.state().tasks.back().due = task.due;
  return {};
}

Result<void> consult(Machine& machine, const TaskRecord& task, const Decide& event) {
  DMS_TRY(require_comment(event));
  DMS_TRY(require_room(machine.state()));
  const AssigneeRecord to = DMS_TRY(require_target(machine, event));
  const UserId asking = DMS_TRY(machine.principal());
  if (event.to->kind != SubjectKind::user || event.to->id == asking.value) {
    return fail(
        invalid_field("/to", "Gefragt wird eine andere Person.", "Another person is to be asked."));
  }
  for (const TaskRecord& each : machine.state().tasks) {
    if (each.state == TaskState::open && each.kind == TaskKind::consultation &&
        each.step == task.step && to_subject(each.holder) == event.to) {
      return fail(ErrorCode::conflict, "Diese Person ist schon gefragt.",
                  "This person has been asked already.");
    }
  }
  SlipEntryRecord entry = entry_of(SlipAct::consulted, task, event);
  entry.to = to;
  machine.note(std::move(entry));
  const TaskId asked = machine.open_task(TaskKind::consultation, machine.step(*task.step), to);
  machine.task(asked)->asked_by = asking;
  machine.task(asked)->question = event.comment;
  machine.effect(EffectKind::consulted, task.step, asked);
  return {};
}

Result<void> answer(Machine& machine, const TaskRecord& task, const Decide& event) {
  DMS_TRY(require_comment(event));
  machine.note(entry_of(SlipAct::answered, task, event));
  machine.effect(EffectKind::consultation_answered, task.step, task.id);
  machine.end_task(*machine.task(task.id), TaskState::decided);
  return {};
}

Result<void> resume(Machine& machine, const TaskRecord& task, const Decide& event) {
  machine.note(entry_of(SlipAct::resumed, task, event));
  machine.effect(EffectKind::resumed, std::nullopt, task.id);
  machine.end_task(*machine.task(task.id), TaskState::decided);
  machine.state().state = RoutingState::running;
  machine.advance();
  return {};
}

Result<void> give_stuck(Machine& machine, const TaskRecord& task, const Decide& event) {
  const AssigneeRecord to = DMS_TRY(require_target(machine, event));
  machine.end_task(*machine.task(task.id), TaskState::decided);
  return reassign_step(machine, *machine.step(*task.step), *to_subject(to), event.comment, task.id);
}

}  // namespace

Result<void> handle(Machine& machine, const Decide& event) {
  const TaskRecord* found = machine.task(event.task);
  if (found == nullptr) return fail(absent_object());
  if (found->state != TaskState::open) {
    return fail(ErrorCode::conflict, "Diese Aufgabe ist schon erledigt oder liegt nicht mehr vor.",
                "This task has been decided already or is no longer there.");
  }
  DMS_TRY(machine.require_holder(found->holder));
  DMS_TRY(check_routing_revision(machine.state(), event.revision));
  const TaskRecord task = *found;
  const RoutingStepRecord* step = task.step ? machine.step(*task.step) : nullptr;
  if (!allows(task, step, event.decision)) return fail(not_for_this_task());
  switch (event.decision) {
    case Decision::done:
      return task.kind == TaskKind::rework ? resume(machine, task, event)
                                           : finish(machine, task, event);
    case Decision::sign:
      return finish(machine, task, event);
    case Decision::return_:
      return send_back(machine, task, event);
    case Decision::delegate:
      return delegate(machine, task, event);
    case Decision::consult:
      return consult(machine, task, event);
    case Decision::answer:
      return answer(machine, task, event);
    case Decision::reassign:
      return give_stuck(machine, task, event);
  }
  return fail(not_for_this_task());
}

}  // namespace dms::workflow
