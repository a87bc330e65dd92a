#pragma once

// A routing (Geschäftsgang) as it lies on disk, and as the engine drives it: the way of a document
// through the house. Names are for ever (README.md).
//
// A routing is one record: its steps, every task that was ever handed out for them, and the slip,
// which tells what people did. So whatever happens to it happens as a whole or not at all.
//
// The states below are plain enums: a program that does not know one must not drive the routing. A
// new one raises json_format.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/digest.h"
#include "dms/object_record.h"
#include "dms/scope.h"
#include "workflow/ids.h"

namespace dms::workflow {

// Verfügung: what a step asks of its assignee.
enum class Directive : std::uint8_t {
  process,     // Bearbeitung
  co_sign,     // Mitzeichnung (zMz)
  approve,     // Zustimmung, where neither signature fits
  final_sign,  // Schlusszeichnung (zU)
  acknowledge  // Kenntnisnahme (zK): holds nobody up
};
BOOST_DESCRIBE_ENUM(Directive, process, co_sign, approve, final_sign, acknowledge)

enum class RoutingState : std::uint8_t {
  running,
  returned,   // lies with the initiator, for rework
  completed,  // every step is done
  withdrawn
};
BOOST_DESCRIBE_ENUM(RoutingState, running, returned, completed, withdrawn)

enum class StepState : std::uint8_t {
  waiting,
  open,   // with its holder
  stuck,  // nobody is left for it: with the initiator, to be assigned anew
  done,
  cancelled  // the routing was withdrawn before
};
BOOST_DESCRIBE_ENUM(StepState, waiting, open, stuck, done, cancelled)

enum class TaskKind : std::uint8_t {
  step,          // decide a step
  consultation,  // answer a question (bR); decides nothing
  rework,        // the initiator's, of a returned routing
  reassign       // the initiator's, of a stuck step
};
BOOST_DESCRIBE_ENUM(TaskKind, step, consultation, rework, reassign)

enum class TaskState : std::uint8_t {
  open,
  decided,
  delegated,
  superseded,  // the routing went another way meanwhile
  lapsed       // nobody was left to do it
};
BOOST_DESCRIBE_ENUM(TaskState, open, decided, delegated, superseded, lapsed)

// What people do to a routing.
enum class SlipAct : std::uint8_t {
  started,
  done,
  signed_,
  returned,
  delegated,
  consulted,
  answered,
  resumed,
  reassigned,
  taken_over,
  withdrawn
};
BOOST_DESCRIBE_ENUM(SlipAct, started, done, signed_, returned, delegated, consulted, answered,
                    resumed, reassigned, taken_over, withdrawn)

// The exact version something was decided on.
struct VersionMark : Extensible {
  std::uint32_t number = 0;
  Sha256Digest sha256;  // of the original
};
BOOST_DESCRIBE_STRUCT(VersionMark, (Extensible), (number, sha256))
bool is_same_version(const VersionMark& left, const VersionMark& right);

// A user, group or org unit. A kind that this program does not know is nobody.
struct AssigneeRecord : Extensible {
  Open<SubjectKind> kind;
  Uuid subject;
};
BOOST_DESCRIBE_STRUCT(AssigneeRecord, (Extensible), (kind, subject))
AssigneeRecord to_record(const Subject& subject);
// nullopt for a kind that is unknown or can hold no task.
std::optional<Subject> to_subject(const AssigneeRecord& record);

// Steps of one stage stand side by side; a stage begins when the one before is through.
struct RoutingStepRecord : Extensible {
  RoutingStepId id;
  std::uint32_t stage = 0;
  Open<Directive> directive;
  AssigneeRecord assignee;
  std::optional<std::string> instruction;
  std::optional<Date> due_on;
  std::optional<std::uint32_t> due_days;  // calendar days after it is opened; due_on goes before
  StepState state = StepState::waiting;
};
BOOST_DESCRIBE_STRUCT(RoutingStepRecord, (Extensible),
                      (id, stage, directive, assignee, instruction, due_on, due_days, state))

// A token: who holds it may decide, once. What ended stays, so that a second decision is told so.
struct TaskRecord : Extensible {
  TaskId id;
  TaskKind kind = TaskKind::step;
  TaskState state = TaskState::open;
  std::optional<RoutingStepId> step;  // absent: rework
  AssigneeRecord holder;
  Instant opened_at;
  std::optional<Instant> ended_at;
  std::optional<Date> due;
  std::optional<UserId> asked_by;  // of a consultation, as the question
  std::optional<std::string> question;
};
BOOST_DESCRIBE_STRUCT(TaskRecord, (Extensible),
                      (id, kind, state, step, holder, opened_at, ended_at, due, asked_by, question))

// A line of the slip (Laufzettel). Only ever added.
struct SlipEntryRecord : Extensible {
  Open<SlipAct> act;
  Instant at;
  UserId by;
  std::optional<UserId> on_behalf_of;  // "handelte für"
  std::optional<RoutingStepId> step;
  std::optional<TaskId> task;
  VersionMark version;                  // the document's at that moment
  std::optional<AssigneeRecord> to;     // delegated, consulted, reassigned
  std::optional<RoutingStepId> target;  // returned; absent: to the initiator
  std::optional<std::string> comment;
};
BOOST_DESCRIBE_STRUCT(SlipEntryRecord, (Extensible),
                      (act, at, by, on_behalf_of, step, task, version, to, target, comment))

struct RoutingRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  RoutingId id;
  DocumentId document;
  UserId initiator;
  std::optional<RoutingTemplateId> template_;
  std::string title;
  RoutingState state = RoutingState::running;
  VersionMark version;         // the document's newest, as far as the routing knows
  std::uint32_t ids_made = 0;  // of its steps and tasks; the ids follow from it
  std::vector<RoutingStepRecord> steps;
  std::vector<TaskRecord> tasks;  // in the order in which they were opened
  std::vector<SlipEntryRecord> slip;
  std::optional<Instant> ended_at;
};
BOOST_DESCRIBE_STRUCT(RoutingRecord, (ObjectRecord),
                      (id, document, initiator, template_, title, state, version, ids_made, steps,
                       tasks, slip, ended_at))

bool has_ended(const RoutingRecord& routing);
// Whether the step holds those after it up. A directive that this program does not know does.
bool is_blocking(const RoutingStepRecord& step);
const RoutingStepRecord* find_step(const RoutingRecord& routing, RoutingStepId step);
const TaskRecord* find_task(const RoutingRecord& routing, TaskId task);
// Whether a signature was given for an older version than the routing's newest.
bool is_for_older_version(const RoutingRecord& routing, const SlipEntryRecord& entry);

}  // namespace dms::workflow
