#pragma once

// Routings (Geschäftsgänge): sent off, decided step by step, read with their slip; and the tasks
// people have by them.
//
// Who may do what: routing_access.h. What happens then: engine.h. Each operation is decided and
// written, with its journal events, in one commit; the record's revision is the ETag. Thread-safe;
// blocking: call it on a lane.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dms/actor.h"
#include "dms/change.h"
#include "dms/page.h"
#include "storage/store.h"
#include "workflow/engine.h"

namespace dms::workflow {

struct NewRouting {
  DocumentId document;
  std::string title;  // empty: the document's subject
  // Either a template, with somebody for each of its open places in order, or stages.
  std::optional<RoutingTemplateId> template_;
  std::vector<Subject> assignees;
  std::vector<NewStage> stages;
};

// A routing as one asker sees it.
struct Routing {
  RoutingRecord record;
  // The open tasks he may decide, and for whom he acts then (nullopt: himself).
  std::map<TaskId, std::optional<UserId>> own_tasks;
  bool is_initiator = false;  // himself or as his deputy: may withdraw and reassign
};

// An open task in somebody's list.
struct Task {
  TaskRecord task;
  std::optional<UserId> on_behalf_of;  // whose it is, where the asker deputises
  RoutingId routing;
  std::uint64_t revision = 0;  // the routing's: goes with the decision
  UserId initiator;            // who sent it round
  std::uint32_t stage = 0;     // of its step, from 1; 0: the task has none
  std::uint32_t stages = 0;
  DocumentId document;
  std::string subject;         // of the document
  std::string file_reference;  // of its dossier
  VersionMark version;         // the newest the routing knows
  std::string title;
  std::optional<Directive> directive;      // of its step
  std::optional<std::string> instruction;  // of its step
};

struct TaskDecision {
  Decision decision = Decision::done;
  std::optional<VersionMark> version;
  std::string comment;
  std::optional<RoutingStepId> target;
  std::optional<Subject> to;
};

// What is told of a change: who decided may not read the routing any more.
struct MovedRouting {
  RoutingId id;
  DocumentId document;
  RoutingState state = RoutingState::running;
  std::uint64_t revision = 0;
};

class Routings {
 public:
  // Borrows both.
  Routings(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  Result<Routing> start(const Actor& actor, const NewRouting& input,
                        const AlsoCommit& also = nullptr);

  // `if_match` is the routing's revision in all of these. A task that was decided already is
  // `conflict`, also for who decided it.
  Result<MovedRouting> decide(const Actor& actor, TaskId task, const TaskDecision& decision,
                              std::uint64_t if_match);
  // The initiator's.
  Result<MovedRouting> withdraw(const Actor& actor, RoutingId routing, const std::string& comment,
                                std::uint64_t if_match);
  struct Reassignment {
    RoutingStepId step;
    Subject to;
    std::string comment;
  };
  Result<MovedRouting> reassign(const Actor& actor, RoutingId routing, const Reassignment& input,
                                std::uint64_t if_match);
  // Of a routing whose initiator is no longer active.
  Result<MovedRouting> take_over(const Actor& actor, RoutingId routing, std::uint64_t if_match);

  Result<Routing> get(const Actor& actor, RoutingId routing) const;
  // Newest last. Needs `read` on the document.
  Result<Page<Routing>> list(const Actor& actor, DocumentId document,
                             const PageRequest& page) const;
  // The actor's open tasks and those of whom he deputises for: what is due first comes first.
  Result<Page<Task>> tasks(const Actor& actor, const PageRequest& page) const;
  // For the system's own reminders, whoever holds them: open tasks due on `day` or before.
  Result<Page<Task>> due_until(Date day, const PageRequest& page) const;

 private:
  template <class MakeEvent>
  Result<MovedRouting> steer(const Actor& actor, RoutingId routing, std::uint64_t if_match,
                             const MakeEvent& make_event);

  storage::Store& store_;
  const Clock& clock_;
};

}  // namespace dms::workflow
