// /routings and /tasks: a document's way through the house.

#include <boost/describe/class.hpp>
#include <utility>

#include "web/api/creation.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/routing_view.h"

namespace dms::web {

namespace {

using workflow::RoutingId;
using workflow::Routings;

struct NewRoutingRequest {
  DocumentId document_id;
  std::optional<std::string> title;
  std::optional<workflow::RoutingTemplateId> template_id;
  std::optional<std::vector<SubjectView>> assignees;
  std::optional<std::vector<NewStageView>> stages;
};
BOOST_DESCRIBE_STRUCT(NewRoutingRequest, (), (document_id, title, template_id, assignees, stages))

// `on_behalf_of`: a deputy names whom he acts for; nobody acts for another unawares.
struct CommentRequest {
  std::optional<std::string> comment;
  std::optional<UserId> on_behalf_of;
};
BOOST_DESCRIBE_STRUCT(CommentRequest, (), (comment, on_behalf_of))

struct ReassignRequest {
  workflow::RoutingStepId step;
  SubjectView to;
  std::optional<std::string> comment;
  std::optional<UserId> on_behalf_of;
};
BOOST_DESCRIBE_STRUCT(ReassignRequest, (), (step, to, comment, on_behalf_of))

struct DecisionRequest {
  workflow::Decision decision = workflow::Decision::done;
  std::optional<VersionMarkView> version;
  std::optional<std::string> comment;
  std::optional<workflow::RoutingStepId> target;
  std::optional<SubjectView> to;
  std::optional<UserId> on_behalf_of;
};
BOOST_DESCRIBE_STRUCT(DecisionRequest, (), (decision, version, comment, target, to, on_behalf_of))

Routings routings_of(const Caller& caller) {
  return {caller.tenant->store(), caller.tenant->clock()};
}

// Whether he may is for the engine to say.
Actor acting(const Caller& caller, const std::optional<UserId>& on_behalf_of) {
  Actor actor = caller.actor;
  actor.on_behalf_of = on_behalf_of;
  return actor;
}

Response created_reply(const workflow::Routing& routing) {
  return created_response("/api/v1/routings/" + routing.record.id.text(), routing.record.revision,
                          render_routing(routing));
}

Result<Response> start_routing(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<NewRoutingRequest>(exchange));
  workflow::NewRouting routing;
  routing.document = input.document_id;
  routing.title = std::move(input.title).value_or("");
  routing.template_ = input.template_id;
  for (const SubjectView& assignee : input.assignees.value_or(std::vector<SubjectView>())) {
    routing.assignees.push_back(subject_from(assignee));
  }
  routing.stages = stages_from(std::move(input.stages).value_or(std::vector<NewStageView>()));
  Routings routings = routings_of(caller);
  Creation creation;
  creation.route = "POST /routings";
  creation.location_prefix = "/api/v1/routings/";
  creation.digest = sha256(exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    return created_reply(DMS_TRY(routings.start(caller.actor, routing, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(routings.get(caller.actor, RoutingId{id})));
  };
  return create_once(caller, exchange.request, creation);
}

Result<Response> list_routings(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"document"}));
  const auto document = DMS_TRY(query_id<DocumentId>(exchange.request, "document"));
  if (!document) {
    return fail(invalid_field("/document", "Welches Dokument?", "Which document?"));
  }
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 50, page_limit_max));
  const auto page = DMS_TRY(routings_of(caller).list(caller.actor, *document, list.page()));
  return json_response(200, render_routings(page, list.seal(page.next)));
}

Result<Response> show_routing(const Caller& caller, Exchange& exchange) {
  const RoutingId id = DMS_TRY(path_id<RoutingId>(exchange));
  const workflow::Routing routing = DMS_TRY(routings_of(caller).get(caller.actor, id));
  return object_response(exchange.request, routing.record.revision, render_routing(routing));
}

Response moved_reply(const Request& request, const workflow::MovedRouting& moved) {
  return object_response(request, moved.revision, render_moved(moved));
}

Result<Response> withdraw_routing(const Caller& caller, Exchange& exchange) {
  const RoutingId id = DMS_TRY(path_id<RoutingId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<CommentRequest>(exchange));
  return moved_reply(exchange.request,
                     DMS_TRY(routings_of(caller).withdraw(acting(caller, input.on_behalf_of), id,
                                                          input.comment.value_or(""), revision)));
}

Result<Response> reassign_step(const Caller& caller, Exchange& exchange) {
  const RoutingId id = DMS_TRY(path_id<RoutingId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  auto input = DMS_TRY(request_body<ReassignRequest>(exchange));
  const Routings::Reassignment change{input.step, subject_from(input.to),
                                      std::move(input.comment).value_or("")};
  return moved_reply(exchange.request,
                     DMS_TRY(routings_of(caller).reassign(acting(caller, input.on_behalf_of), id,
                                                          change, revision)));
}

Result<Response> take_over_routing(const Caller& caller, Exchange& exchange) {
  const RoutingId id = DMS_TRY(path_id<RoutingId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return moved_reply(exchange.request,
                     DMS_TRY(routings_of(caller).take_over(caller.actor, id, revision)));
}

Result<Response> list_tasks(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 100, page_limit_max));
  const auto page = DMS_TRY(routings_of(caller).tasks(caller.actor, list.page()));
  return json_response(200, render_tasks(page, list.seal(page.next)));
}

Result<Response> decide_task(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<workflow::TaskId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  auto input = DMS_TRY(request_body<DecisionRequest>(exchange));
  workflow::TaskDecision decision;
  decision.decision = input.decision;
  if (input.version) decision.version = version_mark_from(*input.version);
  decision.comment = std::move(input.comment).value_or("");
  decision.target = input.target;
  if (input.to) decision.to = subject_from(*input.to);
  return moved_reply(exchange.request,
                     DMS_TRY(routings_of(caller).decide(acting(caller, input.on_behalf_of), id,
                                                        decision, revision)));
}

}  // namespace

void add_routing_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  add(Method::get, "/api/v1/routings", signed_in, BodyKind::none, list_routings);
  add(Method::post, "/api/v1/routings", creating, BodyKind::json, start_routing);
  add(Method::get, "/api/v1/routings/{id}", signed_in, BodyKind::none, show_routing);
  add(Method::post, "/api/v1/routings/{id}/withdraw", with_revision, BodyKind::json,
      withdraw_routing);
  add(Method::post, "/api/v1/routings/{id}/reassign", with_revision, BodyKind::json, reassign_step);
  add(Method::post, "/api/v1/routings/{id}/take-over", with_revision, BodyKind::none,
      take_over_routing);
  add(Method::get, "/api/v1/tasks", signed_in, BodyKind::none, list_tasks);
  add(Method::post, "/api/v1/tasks/{id}/decision", with_revision, BodyKind::json, decide_task);
}

}  // namespace dms::web
