// Starting and everything that moves a routing. Reading: routing_read.cpp.

#include "workflow/routing.h"

#include "dms/field_cleaner.h"
#include "dms/user.h"
#include "workflow/routing_access.h"
#include "workflow/routing_move.h"
#include "workflow/routing_store.h"
#include "workflow/routing_template.h"
#include "workflow/routing_view.h"
#include "workflow/step_rules.h"

namespace dms::workflow {

using storage::Commit;
using storage::View;

namespace {

MovedRouting to_moved(const RoutingRecord& record) {
  return {record.id, record.document, record.state, record.revision};
}

Result<std::string> clean_comment(std::string comment) {
  FieldCleaner clean("");
  clean.paragraphs("comment", comment, comment_limits);
  DMS_TRY(clean.finish());
  return comment;
}

Result<NewRouting> clean_new_routing(NewRouting input) {
  FieldCleaner clean("");
  clean.line("title", input.title, {0, 500});
  clean.require(!input.template_ || input.stages.empty(), "stages",
                "Ein Laufweg bringt seine Schritte mit.", "A template brings its own steps.");
  clean.require(input.template_ || input.assignees.empty(), "assignees",
                "Ohne Laufweg stehen die Personen bei den Schritten.",
                "Without a template people are named with the steps.");
  DMS_TRY(clean.finish());
  if (!input.template_) input.stages = DMS_TRY(clean_stages(std::move(input.stages)));
  return input;
}

// The whole decision of a start, but for what the engine says.
Result<Start> start_event(const View& view, const Actor& actor, const NewRouting& input,
                          RoutingId id) {
  DMS_TRY(require_active(view, actor));
  const FiledDocument found = DMS_TRY(require_startable(view, actor, input.document));
  Start event;
  event.id = id;
  event.document = input.document;
  event.template_ = input.template_;
  event.title = input.title.empty() ? found.record.subject : input.title;
  event.version = DMS_TRY(newest_version(view, input.document));
  if (input.template_) {
    event.stages = DMS_TRY(stages_of_template(view, *input.template_, input.assignees));
    // Only who was named now must be there; whom the template names and who has left since makes a
    // stuck step.
    NewStage named;
    for (const Subject& each : input.assignees) named.steps.emplace_back().assignee = each;
    DMS_TRY(require_subjects(view, {named}));
  } else {
    event.stages = input.stages;
    DMS_TRY(require_subjects(view, event.stages));
  }
  return event;
}

Result<RoutingRecord> existing(const View& view, RoutingId id) {
  auto record = DMS_TRY(view.find(routing_table, id.key()));
  if (!record) return fail(absent_object());
  return std::move(*record);
}

// What lies in the bin is not signed; all else may go on, so that the routing can end.
Result<void> require_signable(const View& view, const RoutingRecord& routing, Decision decision) {
  if (decision != Decision::done && decision != Decision::sign) return {};
  const DocumentRecord document = DMS_TRY(view.get(document_table, routing.document.key()));
  if (!document.binned_at) return {};
  return fail(ErrorCode::conflict, "Das Dokument liegt im Papierkorb.",
              "The document is in the bin.");
}

Result<void> require_in_person(const Actor& actor) {
  if (!actor.token) return {};
  return fail(ErrorCode::forbidden, "Das kann nur eine angemeldete Person.",
              "Only a person who is signed in can do this.");
}

}  // namespace

Result<Routing> Routings::start(const Actor& actor, const NewRouting& input,
                                const AlsoCommit& also) {
  const NewRouting clean = DMS_TRY(clean_new_routing(input));
  const Instant now = clock_.now();
  const RoutingId id = RoutingId::make(now);
  Routing started;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const Start event = DMS_TRY(start_event(view, actor, clean, id));
    Commit commit(view);
    const RoutingRecord record = DMS_TRY(commit_start(view, commit, actor, event, now));
    if (also) DMS_TRY(also(view, commit, id.value));
    started = routing_for(record, DMS_TRY(standings_of(view, actor, now)));
    return commit;
  }));
  return started;
}

Result<MovedRouting> Routings::decide(const Actor& actor, TaskId task, const TaskDecision& decision,
                                      std::uint64_t if_match) {
  Decide event;
  event.task = task;
  event.decision = decision.decision;
  event.version = decision.version;
  event.comment = DMS_TRY(clean_comment(decision.comment));
  event.target = decision.target;
  event.to = decision.to;
  const Instant now = clock_.now();
  MovedRouting moved;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_active(view, actor));
    const auto before = DMS_TRY(view.find_by(routing_table, "task", routing_task_key(task)));
    if (!before) return fail(absent_object());
    DMS_TRY(require_knows_task(view, actor, *before, *find_task(*before, task), now));
    DMS_TRY(require_in_person(actor));
    DMS_TRY(require_signable(view, *before, decision.decision));
    Commit commit(view);
    moved = to_moved(DMS_TRY(commit_move(view, commit, *before, {actor, event, if_match, now})));
    return commit;
  }));
  return moved;
}

// `make_event(view, record)` asks what else must hold.
template <class MakeEvent>
Result<MovedRouting> Routings::steer(const Actor& actor, RoutingId routing, std::uint64_t if_match,
                                     const MakeEvent& make_event) {
  const Instant now = clock_.now();
  MovedRouting moved;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_active(view, actor));
    const RoutingRecord before = DMS_TRY(existing(view, routing));
    DMS_TRY(require_readable(view, actor, before, now));
    DMS_TRY(require_in_person(actor));
    const Event event = DMS_TRY(make_event(view, before));
    Commit commit(view);
    moved = to_moved(DMS_TRY(commit_move(view, commit, before, {actor, event, if_match, now})));
    return commit;
  }));
  return moved;
}

Result<MovedRouting> Routings::withdraw(const Actor& actor, RoutingId routing,
                                        const std::string& comment, std::uint64_t if_match) {
  const std::string clean = DMS_TRY(clean_comment(comment));
  return steer(actor, routing, if_match, [&](const View&, const RoutingRecord&) -> Result<Event> {
    return Withdraw{0, clean};
  });
}

Result<MovedRouting> Routings::reassign(const Actor& actor, RoutingId routing,
                                        const Reassignment& input, std::uint64_t if_match) {
  const std::string clean = DMS_TRY(clean_comment(input.comment));
  return steer(actor, routing, if_match, [&](const View&, const RoutingRecord&) -> Result<Event> {
    return Reassign{input.step, 0, input.to, clean};
  });
}

Result<MovedRouting> Routings::take_over(const Actor& actor, RoutingId routing,
                                         std::uint64_t if_match) {
  return steer(actor, routing, if_match,
               [&](const View& view, const RoutingRecord& record) -> Result<Event> {
                 DMS_TRY(require_document(view, actor, record.document, Right::edit));
                 return TakeOver{};
               });
}

}  // namespace dms::workflow
