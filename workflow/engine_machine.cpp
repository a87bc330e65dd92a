#include "workflow/engine_machine.h"

#include <algorithm>
#include <array>

#include "dms/local_date.h"

namespace dms::workflow {

namespace {

// A UUIDv7 whose random bits are a hash of the routing and its count: the same in every replay.
Uuid derived_id(RoutingId routing, std::uint32_t number, Instant now) {
  std::string seed(routing.key());
  for (unsigned shift = 0; shift < 32; shift += 8) {
    seed.push_back(static_cast<char>((number >> shift) & 0xFFU));
  }
  const Sha256Digest digest = sha256(seed);
  Uuid id;
  std::copy_n(digest.bytes.begin(), id.bytes.size(), id.bytes.begin());
  auto milliseconds = static_cast<std::uint64_t>(to_unix_microseconds(now)) / 1000U;
  for (std::size_t i = 6; i-- > 0;) {
    id.bytes[i] = static_cast<std::uint8_t>(milliseconds & 0xFFU);
    milliseconds >>= 8U;
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x70U);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
  return id;
}

Error not_a_deputy() {
  return make_error(ErrorCode::forbidden, "Sie vertreten diese Person jetzt nicht.",
                    "You do not deputise for this person now.");
}

Error deputy_of_deputy() {
  return make_error(ErrorCode::forbidden,
                    "Eine Vertretung kann nicht weiter vertreten werden. Hier handelt nur, wer die "
                    "zuständige Person selbst vertritt.",
                    "A deputy cannot be represented by another deputy. Only who represents the "
                    "responsible person may act here.");
}

Error not_his_task() {
  return make_error(ErrorCode::forbidden, "Diese Aufgabe liegt nicht bei Ihnen.",
                    "This task is not with you.");
}

}  // namespace

RoutingStepRecord* Machine::step(RoutingStepId id) {
  for (RoutingStepRecord& each : state_.steps) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

TaskRecord* Machine::task(TaskId id) {
  for (TaskRecord& each : state_.tasks) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

bool Machine::has_candidates(const AssigneeRecord& assignee) const {
  const auto subject = to_subject(assignee);
  if (!subject) return false;
  const auto found = context_.staffing.candidates.find(*subject);
  return found != context_.staffing.candidates.end() && !found->second.empty();
}

bool Machine::is_candidate(const AssigneeRecord& assignee, UserId user) const {
  const auto subject = to_subject(assignee);
  if (!subject) return false;
  const auto found = context_.staffing.candidates.find(*subject);
  return found != context_.staffing.candidates.end() && found->second.contains(user);
}

Result<UserId> Machine::principal() const {
  const Acting& acting = context_.acting;
  if (!acting.on_behalf_of) return acting.user;
  const auto& deputyships = context_.staffing.deputyships;
  if (deputyships.contains({*acting.on_behalf_of, acting.user})) return *acting.on_behalf_of;
  // Through somebody who deputises himself?
  for (const Deputyship& first : deputyships) {
    if (first.absent == *acting.on_behalf_of && deputyships.contains({first.deputy, acting.user})) {
      return fail(deputy_of_deputy());
    }
  }
  return fail(not_a_deputy());
}

Result<void> Machine::require_holder(const AssigneeRecord& holder) const {
  const UserId user = DMS_TRY(principal());
  if (is_candidate(holder, user)) return {};
  if (context_.acting.on_behalf_of) {
    for (const Deputyship& each : context_.staffing.deputyships) {
      if (each.deputy == user && is_candidate(holder, each.absent)) return fail(deputy_of_deputy());
    }
  }
  return fail(not_his_task());
}

Result<void> Machine::require_initiator() const {
  if (DMS_TRY(principal()) == state_.initiator) return {};
  return fail(ErrorCode::forbidden, "Das darf nur, wer den Geschäftsgang begonnen hat.",
              "Only who started the routing may do this.");
}

Uuid Machine::next_id() {
  return derived_id(state_.id, ++state_.ids_made, context_.now);
}

void Machine::note(SlipEntryRecord entry) {
  entry.at = context_.now;
  entry.by = context_.acting.user;
  entry.on_behalf_of = context_.acting.on_behalf_of;
  entry.version = state_.version;
  state_.slip.push_back(std::move(entry));
}

void Machine::effect(EffectKind kind, std::optional<RoutingStepId> step, std::optional<TaskId> task,
                     std::optional<SlipAct> act) {
  effects_.push_back({kind, step, task, act});
}

Date Machine::due_date(const RoutingStepRecord& step) const {
  if (step.due_on) return *step.due_on;
  const std::chrono::sys_days today = local_date(context_.now);
  return Date{today + std::chrono::days{step.due_days.value_or(0)}};
}

TaskId Machine::open_task(TaskKind kind, RoutingStepRecord* step, const AssigneeRecord& holder) {
  TaskRecord task;
  task.id = TaskId{next_id()};
  task.kind = kind;
  task.holder = holder;
  task.opened_at = context_.now;
  if (step != nullptr) {
    task.step = step->id;
    if (kind == TaskKind::step && (step->due_on || step->due_days)) task.due = due_date(*step);
  }
  state_.tasks.push_back(task);
  effect(EffectKind::task_opened, task.step, task.id);
  return task.id;
}

void Machine::end_task(TaskRecord& task, TaskState how) {
  task.state = how;
  task.ended_at = context_.now;
  effect(EffectKind::task_ended, task.step, task.id);
}

void Machine::end_tasks_of(RoutingStepId step, TaskState how) {
  for (TaskRecord& each : state_.tasks) {
    if (each.state == TaskState::open && each.step == step) end_task(each, how);
  }
}

AssigneeRecord Machine::initiator() const {
  return to_record(Subject{SubjectKind::user, state_.initiator.value});
}

void Machine::open_step(RoutingStepRecord& step) {
  if (has_candidates(step.assignee)) {
    step.state = StepState::open;
    open_task(TaskKind::step, &step, step.assignee);
    return;
  }
  step.state = StepState::stuck;
  effect(EffectKind::step_stuck, step.id);
  open_task(TaskKind::reassign, &step, initiator());
}

void Machine::finish_step(RoutingStepRecord& step) {
  end_tasks_of(step.id, TaskState::superseded);  // consultations nobody waits for any more
  step.state = StepState::done;
}

void Machine::reset_step(RoutingStepRecord& step) {
  end_tasks_of(step.id, TaskState::superseded);
  step.state = StepState::waiting;
}

void Machine::open_rework() {
  open_task(TaskKind::rework, nullptr, initiator());
}

void Machine::advance() {
  if (state_.state != RoutingState::running) return;
  std::uint32_t reached = UINT32_MAX;
  for (const RoutingStepRecord& each : state_.steps) {
    if (is_blocking(each) && each.state != StepState::done) reached = std::min(reached, each.stage);
  }
  for (RoutingStepRecord& each : state_.steps) {
    if (each.stage <= reached && each.state == StepState::waiting) open_step(each);
  }
  const bool is_done =
      std::all_of(state_.steps.begin(), state_.steps.end(),
                  [](const RoutingStepRecord& each) { return each.state == StepState::done; });
  if (!is_done) return;
  state_.state = RoutingState::completed;
  state_.ended_at = context_.now;
  effect(EffectKind::completed);
}

Transition Machine::take() {
  if (!effects_.empty()) stamp_modified(state_, {context_.now, context_.acting.user});
  return {std::move(state_), std::move(effects_)};
}

}  // namespace dms::workflow
