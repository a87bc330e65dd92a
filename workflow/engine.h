#pragma once

// The routing engine: a pure function. State, event and what is true at that moment in; the new
// state and its effects, or an Error, out. It reads no clock and no store, makes its ids from the
// routing's own, and so gives the same for the same, in a restart or a replay too.
//
// Rules it keeps:
// - An open step has exactly one open task, its token; deciding takes the token and the revision
//   it was decided on, and a token is decided once: the second decision is `conflict`.
// - Stages run one after the other, the steps of one beside each other; steps to acknowledge hold
//   nobody up. A routing completes when no step is left, and then no task is open.
// - Done and signed bind to the version that was seen; another than the newest is `stale_version`.
// - Going back reopens the named step and all after it (but what was acknowledged): they are asked
//   again. To the initiator means before the first.
// - A step nobody is left for is stuck, with a task of its own for the initiator.
//
// Thread-safe (no state).

#include <boost/describe/enum.hpp>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "dms/base/result.h"
#include "dms/scope.h"
#include "workflow/routing_record.h"

namespace dms::workflow {

inline constexpr std::size_t routing_steps_max = 100;
inline constexpr std::uint32_t routing_due_days_max = 3650;
// From here on a routing takes no delegation, consultation or return any more: it must end.
inline constexpr std::size_t routing_tasks_max = 1000;

// `absent` is represented by `deputy` now.
struct Deputyship {
  UserId absent;
  UserId deputy;
  friend auto operator<=>(const Deputyship&, const Deputyship&) = default;
};

// Who can be asked, resolved by the caller at the moment of the event.
struct Staffing {
  // Of each subject in subjects_of_event(): the active users that are meant by it.
  std::map<Subject, std::set<UserId>> candidates;
  // In force now, with the acting user or the one he acts for on either side.
  std::set<Deputyship> deputyships;
};

// Who acts. As a deputy he names the user whose task it is.
struct Acting {
  UserId user;
  std::optional<UserId> on_behalf_of;
};

struct Context {
  Acting acting;
  Staffing staffing;
  Instant now;
};

// A step as it is asked for. Texts are clean already.
struct NewStep {
  Directive directive = Directive::process;
  std::optional<Subject> assignee;  // must be set when a routing starts
  std::string instruction;          // may be empty
  std::optional<Date> due_on;
  std::optional<std::uint32_t> due_days;
  friend bool operator==(const NewStep&, const NewStep&) = default;
};
// Steps side by side.
struct NewStage {
  std::vector<NewStep> steps;
  friend bool operator==(const NewStage&, const NewStage&) = default;
};

enum class Decision : std::uint8_t {
  done,      // process, acknowledge; of a rework: goes on again from the first stage
  sign,      // co_sign, approve, final_sign
  return_,   // with a comment, to `target` or the initiator
  delegate,  // to `to`
  consult,   // asks the user `to`; the step stays open
  answer,    // of a consultation
  reassign   // of a stuck step, to `to`
};
BOOST_DESCRIBE_ENUM(Decision, done, sign, return_, delegate, consult, answer, reassign)

// Begins a routing; the only event of an empty state.
struct Start {
  RoutingId id;
  DocumentId document;
  VersionMark version;
  std::optional<RoutingTemplateId> template_;
  std::string title;
  std::vector<NewStage> stages;
};
struct Decide {
  TaskId task;
  std::uint64_t revision = 0;
  Decision decision = Decision::done;
  std::optional<VersionMark> version;   // done and sign of a step: what was seen
  std::string comment;                  // must stand with return_, consult, answer
  std::optional<RoutingStepId> target;  // return_; absent: the initiator
  std::optional<Subject> to;            // delegate, consult, reassign
};
// The initiator's.
struct Reassign {
  RoutingStepId step;  // open or stuck
  std::uint64_t revision = 0;
  Subject to;
  std::string comment;
};
struct Withdraw {
  std::uint64_t revision = 0;
  std::string comment;
};
// The acting user becomes the initiator of a routing whose initiator has left the house. Whether he
// may is for the caller to ask.
struct TakeOver {
  std::uint64_t revision = 0;
};
// From the journal. Both may come again and change nothing then.
struct VersionAdded {
  VersionMark version;
};
struct StaffChanged {};

using Event = std::variant<Start, Decide, Reassign, Withdraw, TakeOver, VersionAdded, StaffChanged>;

// What happened, for journal and notification. Names stand in the journal as "routing.<name>".
enum class EffectKind : std::uint8_t {
  started,
  step_decided,
  returned,
  resumed,
  delegated,
  consulted,
  consultation_answered,
  reassigned,
  taken_over,
  withdrawn,
  version_noted,
  step_stuck,
  completed,
  task_opened,
  task_ended
};
BOOST_DESCRIBE_ENUM(EffectKind, started, step_decided, returned, resumed, delegated, consulted,
                    consultation_answered, reassigned, taken_over, withdrawn, version_noted,
                    step_stuck, completed, task_opened, task_ended)

struct Effect {
  EffectKind kind = EffectKind::started;
  std::optional<RoutingStepId> step;
  std::optional<TaskId> task;
  std::optional<SlipAct> act;  // step_decided: done or signed
  friend bool operator==(const Effect&, const Effect&) = default;
};

struct Transition {
  RoutingRecord state;
  std::vector<Effect> effects;  // none: nothing happened and the revision stands
};

// The subjects that apply() wants to know the candidates of.
std::set<Subject> subjects_of_event(const RoutingRecord& state, const Event& event);

// Errors: `conflict` (decided already, ended, not in this state), `stale_version`, `forbidden` (not
// his task), `invalid` (with a pointer), absent_object() (no such task or step).
Result<Transition> apply(const RoutingRecord& state, const Event& event, const Context& context);

}  // namespace dms::workflow
