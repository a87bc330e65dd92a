#include "web/api/routing_view.h"

#include <utility>

#include "dms/base/json_codec.h"
#include "web/api/lists.h"

namespace dms::web {

namespace {

using workflow::Routing;
using workflow::RoutingRecord;
using workflow::RoutingStepRecord;
using workflow::SlipEntryRecord;
using workflow::TaskRecord;

struct StepView {
  workflow::RoutingStepId id;
  std::uint32_t stage = 0;
  std::string directive;
  std::optional<SubjectView> assignee;
  std::optional<std::string> instruction;
  std::optional<Date> due_on;
  std::optional<std::uint32_t> due_days;
  workflow::StepState state = workflow::StepState::waiting;
};
BOOST_DESCRIBE_STRUCT(StepView, (),
                      (id, stage, directive, assignee, instruction, due_on, due_days, state))

// `own`: the asker may decide it, for `on_behalf_of` where that is not himself.
struct RoutingTaskView {
  workflow::TaskId id;
  workflow::TaskKind kind = workflow::TaskKind::step;
  workflow::TaskState state = workflow::TaskState::open;
  std::optional<workflow::RoutingStepId> step;
  std::optional<SubjectView> holder;
  Instant opened;
  std::optional<Instant> ended;
  std::optional<Date> due;
  std::optional<UserId> asked_by;
  std::optional<std::string> question;
  bool own = false;
  std::optional<UserId> on_behalf_of;
};
BOOST_DESCRIBE_STRUCT(RoutingTaskView, (),
                      (id, kind, state, step, holder, opened, ended, due, asked_by, question, own,
                       on_behalf_of))

// `older_version`: given for an older version than the document has now.
struct SlipEntryView {
  std::string act;
  Instant at;
  UserId by;
  std::optional<UserId> on_behalf_of;
  std::optional<workflow::RoutingStepId> step;
  VersionMarkView version;
  bool older_version = false;
  std::optional<SubjectView> to;
  std::optional<workflow::RoutingStepId> target;
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(SlipEntryView, (),
                      (act, at, by, on_behalf_of, step, version, older_version, to, target,
                       comment))

struct RoutingView {
  workflow::RoutingId id;
  std::uint64_t revision = 0;
  DocumentId document_id;
  std::string title;
  std::optional<workflow::RoutingTemplateId> template_id;
  workflow::RoutingState state = workflow::RoutingState::running;
  VersionMarkView version;
  UserId initiator;
  bool is_initiator = false;
  Instant created;
  std::optional<Instant> ended;
  std::vector<StepView> steps;
  std::vector<RoutingTaskView> tasks;
  std::vector<SlipEntryView> slip;
};
BOOST_DESCRIBE_STRUCT(RoutingView, (),
                      (id, revision, document_id, title, template_id, state, version, initiator,
                       is_initiator, created, ended, steps, tasks, slip))

struct TaskView {
  workflow::TaskId id;
  workflow::TaskKind kind = workflow::TaskKind::step;
  workflow::RoutingId routing_id;
  std::uint64_t revision = 0;
  UserId initiator;
  std::uint32_t stage = 0;
  std::uint32_t stages = 0;
  DocumentId document_id;
  std::string subject;
  std::string file_reference;
  VersionMarkView version;
  std::string title;
  std::optional<workflow::Directive> directive;
  std::optional<std::string> instruction;
  std::optional<SubjectView> holder;
  std::optional<UserId> on_behalf_of;
  Instant opened;
  std::optional<Date> due;
  std::optional<UserId> asked_by;
  std::optional<std::string> question;
};
BOOST_DESCRIBE_STRUCT(TaskView, (),
                      (id, kind, routing_id, revision, initiator, stage, stages, document_id,
                       subject, file_reference, version, title, directive, instruction, holder,
                       on_behalf_of, opened, due, asked_by, question))

struct MovedView {
  workflow::RoutingId id;
  std::uint64_t revision = 0;
  DocumentId document_id;
  workflow::RoutingState state = workflow::RoutingState::running;
};
BOOST_DESCRIBE_STRUCT(MovedView, (), (id, revision, document_id, state))

VersionMarkView view_of(const workflow::VersionMark& mark) {
  return {mark.number, mark.sha256};
}

std::optional<SubjectView> view_of(const workflow::AssigneeRecord& record) {
  const auto subject = workflow::to_subject(record);
  if (!subject) return std::nullopt;
  return dms::web::view_of(*subject);
}

StepView view_of(const RoutingStepRecord& step) {
  return {step.id,
          step.stage,
          std::string(step.directive.text()),
          view_of(step.assignee),
          step.instruction,
          step.due_on,
          step.due_days,
          step.state};
}

RoutingTaskView view_of(const TaskRecord& task, const Routing& routing) {
  RoutingTaskView view;
  view.id = task.id;
  view.kind = task.kind;
  view.state = task.state;
  view.step = task.step;
  view.holder = view_of(task.holder);
  view.opened = task.opened_at;
  view.ended = task.ended_at;
  view.due = task.due;
  view.asked_by = task.asked_by;
  view.question = task.question;
  if (const auto own = routing.own_tasks.find(task.id); own != routing.own_tasks.end()) {
    view.own = true;
    view.on_behalf_of = own->second;
  }
  return view;
}

SlipEntryView view_of(const SlipEntryRecord& entry, const RoutingRecord& routing) {
  SlipEntryView view;
  view.act = std::string(entry.act.text());
  view.at = entry.at;
  view.by = entry.by;
  view.on_behalf_of = entry.on_behalf_of;
  view.step = entry.step;
  view.version = view_of(entry.version);
  view.older_version = workflow::is_for_older_version(routing, entry);
  if (entry.to) view.to = view_of(*entry.to);
  view.target = entry.target;
  view.comment = entry.comment;
  return view;
}

RoutingView view_of(const Routing& routing) {
  const RoutingRecord& record = routing.record;
  RoutingView view;
  view.id = record.id;
  view.revision = record.revision;
  view.document_id = record.document;
  view.title = record.title;
  view.template_id = record.template_;
  view.state = record.state;
  view.version = view_of(record.version);
  view.initiator = record.initiator;
  view.is_initiator = routing.is_initiator;
  view.created = record.created_at;
  view.ended = record.ended_at;
  for (const RoutingStepRecord& step : record.steps) view.steps.push_back(view_of(step));
  for (const TaskRecord& task : record.tasks) view.tasks.push_back(view_of(task, routing));
  for (const SlipEntryRecord& entry : record.slip) view.slip.push_back(view_of(entry, record));
  return view;
}

TaskView view_of(const workflow::Task& task) {
  TaskView view;
  view.id = task.task.id;
  view.kind = task.task.kind;
  view.routing_id = task.routing;
  view.revision = task.revision;
  view.initiator = task.initiator;
  view.stage = task.stage;
  view.stages = task.stages;
  view.document_id = task.document;
  view.subject = task.subject;
  view.file_reference = task.file_reference;
  view.version = view_of(task.version);
  view.title = task.title;
  view.directive = task.directive;
  view.instruction = task.instruction;
  view.holder = view_of(task.task.holder);
  view.on_behalf_of = task.on_behalf_of;
  view.opened = task.task.opened_at;
  view.due = task.task.due;
  view.asked_by = task.task.asked_by;
  view.question = task.task.question;
  return view;
}

NewStepView view_of(const workflow::NewStep& step) {
  NewStepView view;
  view.directive = step.directive;
  if (step.assignee) view.assignee = dms::web::view_of(*step.assignee);
  if (!step.instruction.empty()) view.instruction = step.instruction;
  view.due_on = step.due_on;
  view.due_days = step.due_days;
  return view;
}

workflow::NewStep step_from(NewStepView view) {
  workflow::NewStep step;
  step.directive = view.directive;
  if (view.assignee) step.assignee = subject_from(*view.assignee);
  step.instruction = std::move(view.instruction).value_or("");
  step.due_on = view.due_on;
  step.due_days = view.due_days;
  return step;
}

}  // namespace

SubjectView view_of(const Subject& subject) {
  return {subject.kind, subject.id};
}

Subject subject_from(const SubjectView& view) {
  return {view.kind, view.id};
}

std::vector<NewStageView> view_of(const std::vector<workflow::NewStage>& stages) {
  std::vector<NewStageView> views;
  for (const workflow::NewStage& stage : stages) {
    NewStageView& view = views.emplace_back();
    for (const workflow::NewStep& step : stage.steps) view.steps.push_back(view_of(step));
  }
  return views;
}

std::vector<workflow::NewStage> stages_from(std::vector<NewStageView> views) {
  std::vector<workflow::NewStage> stages;
  for (NewStageView& view : views) {
    workflow::NewStage& stage = stages.emplace_back();
    for (NewStepView& step : view.steps) stage.steps.push_back(step_from(std::move(step)));
  }
  return stages;
}

workflow::VersionMark version_mark_from(const VersionMarkView& view) {
  workflow::VersionMark mark;
  mark.number = view.number;
  mark.sha256 = view.sha256;
  return mark;
}

std::string render_routing(const Routing& routing) {
  return encode_json(view_of(routing));
}

std::string render_routings(const Page<Routing>& page,
                            const std::optional<std::string>& next_cursor) {
  std::vector<RoutingView> views;
  for (const Routing& routing : page.items) views.push_back(view_of(routing));
  return encode_list(views, next_cursor, page.total_estimate);
}

std::string render_tasks(const Page<workflow::Task>& page,
                         const std::optional<std::string>& next_cursor) {
  std::vector<TaskView> views;
  for (const workflow::Task& task : page.items) views.push_back(view_of(task));
  return encode_list(views, next_cursor, page.total_estimate);
}

std::string render_moved(const workflow::MovedRouting& moved) {
  return encode_json(MovedView{moved.id, moved.revision, moved.document, moved.state});
}

}  // namespace dms::web
