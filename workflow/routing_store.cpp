#include "workflow/routing_store.h"

#include <limits>

#include "storage/record_json.h"

namespace dms::workflow {

using storage::IndexKind;
using storage::KeyBuilder;

namespace {

// Higher than any id that follows in a key.
const std::string last_id(16, '\xFF');

// Days since 1970 as keys count them; what lies before is the first day.
std::uint64_t day_number(Date day) {
  const auto days = std::chrono::sys_days{day}.time_since_epoch().count();
  return days < 0 ? 0 : static_cast<std::uint64_t>(days);
}

std::vector<std::string> document_keys(const RoutingRecord& routing) {
  return {routing_document_prefix(routing.document)};
}

std::vector<std::string> task_keys(const RoutingRecord& routing) {
  std::vector<std::string> keys;
  for (const TaskRecord& task : routing.tasks) keys.push_back(routing_task_key(task.id));
  return keys;
}

std::vector<std::string> holder_keys(const RoutingRecord& routing) {
  std::vector<std::string> keys;
  for (const TaskRecord& task : routing.tasks) {
    const auto holder = to_subject(task.holder);
    if (task.state != TaskState::open || !holder) continue;
    keys.push_back(routing_holder_prefix(*holder) + task_place(task));
  }
  return keys;
}

std::vector<std::string> due_keys(const RoutingRecord& routing) {
  std::vector<std::string> keys;
  for (const TaskRecord& task : routing.tasks) {
    if (task.state == TaskState::open && task.due) keys.push_back(task_place(task));
  }
  return keys;
}

std::vector<std::string> stuck_keys(const RoutingRecord& routing) {
  for (const RoutingStepRecord& step : routing.steps) {
    if (step.state == StepState::stuck) return {routing_document_prefix(routing.document)};
  }
  return {};
}

std::string substitution_key(UserId user, Date last_day) {
  return KeyBuilder().raw(user.key()).number(day_number(last_day)).take();
}

}  // namespace

const storage::Table<RoutingRecord> routing_table{
    "routing",
    [](const RoutingRecord& routing) { return std::string(routing.id.key()); },
    {{"document", IndexKind::multiple, document_keys},
     {"task", IndexKind::unique, task_keys},
     {"holder", IndexKind::multiple, holder_keys},
     {"due", IndexKind::multiple, due_keys},
     {"stuck", IndexKind::multiple, stuck_keys}}};

std::string routing_document_prefix(DocumentId document) {
  return KeyBuilder().raw(document.key()).take();
}

std::string routing_task_key(TaskId task) {
  return KeyBuilder().raw(task.key()).take();
}

std::string routing_holder_kind_prefix(SubjectKind kind) {
  return KeyBuilder().text(enum_name(kind)).take();
}

std::string routing_holder_prefix(const Subject& holder) {
  return routing_holder_kind_prefix(holder.kind) + std::string(raw_bytes(holder.id));
}

std::string task_place(const TaskRecord& task) {
  const std::uint64_t due =
      task.due ? day_number(*task.due) : std::numeric_limits<std::uint64_t>::max();
  return KeyBuilder().number(due).raw(task.id.key()).take();
}

TaskId task_at(std::string_view place) {
  return TaskId{uuid_from_raw(place.substr(8, 16)).value_or(Uuid{})};
}

std::string routing_due_end(Date day) {
  return KeyBuilder().number(day_number(day) + 1).take();
}

const storage::Table<RoutingTemplateRecord> routing_template_table{
    "routing_template",
    [](const RoutingTemplateRecord& record) { return std::string(record.id.key()); },
    {{"name", IndexKind::unique, [](const RoutingTemplateRecord& record) {
        return std::vector<std::string>{KeyBuilder().text(record.folded_name).take()};
      }}}};

const storage::Table<JournalPlaceRecord> journal_place_table{
    "workflow_journal_place", [](const JournalPlaceRecord& record) { return record.name; }, {}};

const storage::Table<SubstitutionRecord> substitution_table{
    "substitution",
    [](const SubstitutionRecord& record) { return std::string(record.id.key()); },
    {{"absent", IndexKind::multiple,
      [](const SubstitutionRecord& record) {
        return std::vector<std::string>{substitution_key(record.absent, record.last_day)};
      }},
     {"deputy", IndexKind::multiple, [](const SubstitutionRecord& record) {
        return std::vector<std::string>{substitution_key(record.deputy, record.last_day)};
      }}}};

std::string substitution_prefix(UserId user) {
  return KeyBuilder().raw(user.key()).take();
}

std::string substitution_after(UserId user, Date day) {
  const Date before{std::chrono::sys_days{day} - std::chrono::days{1}};
  return substitution_key(user, before) + last_id;
}

}  // namespace dms::workflow
