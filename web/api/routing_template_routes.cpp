// /routing-templates and /substitutions: how routings usually go, and who acts for whom.

#include <boost/describe/class.hpp>
#include <utility>

#include "dms/base/json_codec.h"
#include "web/api/creation.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/routing_view.h"

namespace dms::web {

namespace {

using workflow::RoutingTemplate;
using workflow::RoutingTemplateFields;
using workflow::RoutingTemplateId;
using workflow::RoutingTemplates;
using workflow::Substitution;
using workflow::SubstitutionFields;
using workflow::SubstitutionId;
using workflow::Substitutions;

struct RoutingTemplateView {
  RoutingTemplateId id;
  std::uint64_t revision = 0;
  std::string name;
  std::vector<NewStageView> stages;
  Instant created;
  Instant modified;
};
BOOST_DESCRIBE_STRUCT(RoutingTemplateView, (), (id, revision, name, stages, created, modified))

struct RoutingTemplateRequest {
  std::string name;
  std::vector<NewStageView> stages;
};
BOOST_DESCRIBE_STRUCT(RoutingTemplateRequest, (), (name, stages))

struct SubstitutionView {
  SubstitutionId id;
  std::uint64_t revision = 0;
  UserId absent;
  UserId deputy;
  Date first_day;
  Date last_day;
};
BOOST_DESCRIBE_STRUCT(SubstitutionView, (), (id, revision, absent, deputy, first_day, last_day))

// `absent` nobody named: the asker.
struct SubstitutionRequest {
  std::optional<UserId> absent;
  UserId deputy;
  Date first_day;
  Date last_day;
};
BOOST_DESCRIBE_STRUCT(SubstitutionRequest, (), (absent, deputy, first_day, last_day))

RoutingTemplateView view_of(const RoutingTemplate& found) {
  return {found.id,
          found.change.revision,
          found.name,
          dms::web::view_of(found.stages),
          found.change.created.at,
          found.change.modified.at};
}

SubstitutionView view_of(const Substitution& found) {
  return {found.id,
          found.change.revision,
          found.fields.absent,
          found.fields.deputy,
          found.fields.first_day,
          found.fields.last_day};
}

RoutingTemplates templates_of(const Caller& caller) {
  return {caller.tenant->store(), caller.tenant->clock()};
}

Substitutions substitutions_of(const Caller& caller) {
  return {caller.tenant->store(), caller.tenant->clock()};
}

Result<RoutingTemplateFields> template_fields(const Exchange& exchange) {
  auto input = DMS_TRY(request_body<RoutingTemplateRequest>(exchange));
  return RoutingTemplateFields{std::move(input.name), stages_from(std::move(input.stages))};
}

Response created_reply(const RoutingTemplate& made) {
  return created_response("/api/v1/routing-templates/" + made.id.text(), made.change.revision,
                          encode_json(view_of(made)));
}

Result<Response> create_template(const Caller& caller, Exchange& exchange) {
  const RoutingTemplateFields fields = DMS_TRY(template_fields(exchange));
  RoutingTemplates templates = templates_of(caller);
  Creation creation;
  creation.route = "POST /routing-templates";
  creation.location_prefix = "/api/v1/routing-templates/";
  creation.digest = sha256(exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    return created_reply(DMS_TRY(templates.create(caller.actor, fields, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(templates.get(caller.actor, RoutingTemplateId{id})));
  };
  return create_once(caller, exchange.request, creation);
}

Result<Response> list_templates(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 100, page_limit_max));
  const auto page = DMS_TRY(templates_of(caller).list(caller.actor, list.page()));
  std::vector<RoutingTemplateView> views;
  for (const RoutingTemplate& found : page.items) views.push_back(view_of(found));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> show_template(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<RoutingTemplateId>(exchange));
  const RoutingTemplate found = DMS_TRY(templates_of(caller).get(caller.actor, id));
  return object_response(exchange.request, found.change.revision, encode_json(view_of(found)));
}

Result<Response> replace_template(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<RoutingTemplateId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const RoutingTemplateFields fields = DMS_TRY(template_fields(exchange));
  const RoutingTemplate changed =
      DMS_TRY(templates_of(caller).update(caller.actor, id, fields, revision));
  return object_response(exchange.request, changed.change.revision, encode_json(view_of(changed)));
}

Result<Response> remove_template(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<RoutingTemplateId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  DMS_TRY(templates_of(caller).remove(caller.actor, id, revision));
  return no_content();
}

Result<SubstitutionFields> substitution_fields(const Caller& caller, const Exchange& exchange) {
  const auto input = DMS_TRY(request_body<SubstitutionRequest>(exchange));
  return SubstitutionFields{input.absent.value_or(caller.actor.user), input.deputy, input.first_day,
                            input.last_day};
}

Result<Response> create_substitution(const Caller& caller, Exchange& exchange) {
  const SubstitutionFields fields = DMS_TRY(substitution_fields(caller, exchange));
  const Substitution made = DMS_TRY(substitutions_of(caller).create(caller.actor, fields));
  return created_response("/api/v1/substitutions/" + made.id.text(), made.change.revision,
                          encode_json(view_of(made)));
}

Result<Response> list_substitutions(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"user"}));
  const auto user = DMS_TRY(query_id<UserId>(exchange.request, "user"));
  const auto found =
      DMS_TRY(substitutions_of(caller).list(caller.actor, user.value_or(caller.actor.user)));
  std::vector<SubstitutionView> views;
  views.reserve(found.size());
  for (const Substitution& one : found) views.push_back(view_of(one));
  return json_response(200, encode_list(views, std::nullopt, views.size()));
}

Result<Response> replace_substitution(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<SubstitutionId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const SubstitutionFields fields = DMS_TRY(substitution_fields(caller, exchange));
  const Substitution changed =
      DMS_TRY(substitutions_of(caller).update(caller.actor, id, fields, revision));
  return object_response(exchange.request, changed.change.revision, encode_json(view_of(changed)));
}

Result<Response> remove_substitution(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<SubstitutionId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  DMS_TRY(substitutions_of(caller).remove(caller.actor, id, revision));
  return no_content();
}

}  // namespace

void add_routing_template_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  const std::string_view one = "/api/v1/routing-templates/{id}";
  add(Method::get, "/api/v1/routing-templates", signed_in, BodyKind::none, list_templates);
  add(Method::post, "/api/v1/routing-templates", creating, BodyKind::json, create_template);
  add(Method::get, one, signed_in, BodyKind::none, show_template);
  add(Method::put, one, with_revision, BodyKind::json, replace_template);
  add(Method::delete_, one, with_revision, BodyKind::none, remove_template);
  const std::string_view substitution = "/api/v1/substitutions/{id}";
  add(Method::get, "/api/v1/substitutions", signed_in, BodyKind::none, list_substitutions);
  add(Method::post, "/api/v1/substitutions", signed_in, BodyKind::json, create_substitution);
  add(Method::put, substitution, with_revision, BodyKind::json, replace_substitution);
  add(Method::delete_, substitution, with_revision, BodyKind::none, remove_substitution);
}

}  // namespace dms::web
