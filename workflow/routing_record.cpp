#include "workflow/routing_record.h"

#include <algorithm>

namespace dms::workflow {

bool is_same_version(const VersionMark& left, const VersionMark& right) {
  return left.number == right.number && left.sha256 == right.sha256;
}

AssigneeRecord to_record(const Subject& subject) {
  AssigneeRecord record;
  record.kind = subject.kind;
  record.subject = subject.id;
  return record;
}

std::optional<Subject> to_subject(const AssigneeRecord& record) {
  const auto kind = record.kind.known();
  if (!kind || *kind == SubjectKind::everyone) return std::nullopt;
  return Subject{*kind, record.subject};
}

bool has_ended(const RoutingRecord& routing) {
  return routing.state == RoutingState::completed || routing.state == RoutingState::withdrawn;
}

bool is_blocking(const RoutingStepRecord& step) {
  return !(step.directive == Directive::acknowledge);
}

const RoutingStepRecord* find_step(const RoutingRecord& routing, RoutingStepId step) {
  const auto found = std::find_if(routing.steps.begin(), routing.steps.end(),
                                  [&](const RoutingStepRecord& each) { return each.id == step; });
  return found == routing.steps.end() ? nullptr : &*found;
}

const TaskRecord* find_task(const RoutingRecord& routing, TaskId task) {
  const auto found = std::find_if(routing.tasks.begin(), routing.tasks.end(),
                                  [&](const TaskRecord& each) { return each.id == task; });
  return found == routing.tasks.end() ? nullptr : &*found;
}

bool is_for_older_version(const RoutingRecord& routing, const SlipEntryRecord& entry) {
  return entry.act == SlipAct::signed_ && !is_same_version(entry.version, routing.version);
}

}  // namespace dms::workflow
