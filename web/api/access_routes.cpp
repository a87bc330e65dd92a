// /scopes/{id}/access, /explain and /rights: who may what, and why.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "web/api/access_view.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/rights_view.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct AccessView {
  Uuid scope;
  std::uint64_t revision = 0;
  bool protected_ = false;
  std::vector<AccessEntryView> entries;
  std::optional<Instant> modified;
  std::optional<UserId> modified_by;
};
BOOST_DESCRIBE_STRUCT(AccessView, (), (scope, revision, protected_, entries, modified, modified_by))

struct GrantView {
  AccessEntryView entry;
  std::string subject_name;
};
BOOST_DESCRIBE_STRUCT(GrantView, (), (entry, subject_name))

struct ExplanationView {
  Uuid scope;
  UserId user;
  bool active = false;
  std::vector<Right> rights;
  std::vector<GrantView> grants;
};
BOOST_DESCRIBE_STRUCT(ExplanationView, (), (scope, user, active, rights, grants))

struct OwnRightsView {
  std::vector<Right> rights;
};
BOOST_DESCRIBE_STRUCT(OwnRightsView, (), (rights))

// The file plan as a whole is the nil scope; in paths it is called "file-plan".
Result<ScopeId> path_scope(const Exchange& exchange) {
  const auto parameter = exchange.request.path_parameters.find("id");
  if (parameter == exchange.request.path_parameters.end()) return fail(absent_object());
  if (parameter->second == "file-plan") return ScopeId{};
  const auto id = parse_uuid(parameter->second);
  if (!id) return fail(absent_object());
  return ScopeId{*id};
}

std::string render(const Access& access) {
  AccessView view;
  view.scope = access.scope.value;
  view.revision = access.revision;
  view.protected_ = access.list.is_protected;
  for (const AccessEntry& entry : access.list.entries) view.entries.push_back(view_of(entry));
  if (access.revision > 0) {
    view.modified = access.modified;
    view.modified_by = access.modified_by;
  }
  return encode_json(view);
}

Result<Response> show_access(const Caller& caller, Exchange& exchange) {
  const ScopeId scope = DMS_TRY(path_scope(exchange));
  const Access access = DMS_TRY(caller.tenant->access_lists().get_access(caller.actor, scope));
  return object_response(exchange.request, access.revision, render(access));
}

Result<Response> set_access(const Caller& caller, Exchange& exchange) {
  const ScopeId scope = DMS_TRY(path_scope(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<AccessRequest>(exchange));
  const Access access = DMS_TRY(caller.tenant->access_lists().set_access(
      caller.actor, scope, access_list_from(input), revision));
  return object_response(exchange.request, access.revision, render(access));
}

// The scope of the object: a scope itself, or a unit, dossier or document below it.
Result<ScopeId> scope_of_object(const Caller& caller, const Uuid& object) {
  Tenant& tenant = *caller.tenant;
  if (const auto document = tenant.documents().get(caller.actor, DocumentId{object})) {
    const auto dossier = DMS_TRY(tenant.dossiers().get(caller.actor, document->dossier));
    return dossier.scope;
  }
  if (const auto dossier = tenant.dossiers().get(caller.actor, DossierId{object})) {
    return dossier->scope;
  }
  if (const auto unit = tenant.file_plan().get(caller.actor, UnitId{object})) return unit->scope;
  return ScopeId{object};
}

Result<Response> explain(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"user", "object"}));
  const auto user = DMS_TRY(query_id<UserId>(exchange.request, "user"));
  const auto object = DMS_TRY(query_id<Id<struct AnyTag>>(exchange.request, "object"));
  if (!user || !object) {
    return fail(invalid_field(user ? "/object" : "/user", "Diese Angabe fehlt.",
                              "This parameter is missing."));
  }
  const ScopeId scope = DMS_TRY(scope_of_object(caller, object->value));
  const Explanation explanation =
      DMS_TRY(caller.tenant->access_lists().explain(caller.actor, *user, scope));
  ExplanationView view;
  view.scope = explanation.scope.value;
  view.user = explanation.user;
  view.active = explanation.active;
  view.rights = list_rights(explanation.rights);
  for (const Grant& grant : explanation.grants) {
    view.grants.push_back({view_of(grant.entry), grant.subject_name});
  }
  return json_response(200, encode_json(view));
}

Result<Response> show_own_rights(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"object"}));
  const auto object = DMS_TRY(query_id<Id<struct AnyTag>>(exchange.request, "object"));
  if (!object) {
    return fail(invalid_field("/object", "Diese Angabe fehlt.", "This parameter is missing."));
  }
  const ScopeId scope = DMS_TRY(scope_of_object(caller, object->value));
  const Rights rights = DMS_TRY(caller.tenant->access_lists().own_rights(caller.actor, scope));
  return json_response(200, encode_json(OwnRightsView{list_rights(rights)}));
}

}  // namespace

void add_access_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(api_route(context, Method::get, "/api/v1/scopes/{id}/access", signed_in,
                             BodyKind::none, show_access));
  routes.push_back(api_route(context, Method::put, "/api/v1/scopes/{id}/access", with_revision,
                             BodyKind::json, set_access));
  routes.push_back(
      api_route(context, Method::get, "/api/v1/explain", signed_in, BodyKind::none, explain));
  routes.push_back(api_route(context, Method::get, "/api/v1/rights", signed_in, BodyKind::none,
                             show_own_rights));
}

}  // namespace dms::web
