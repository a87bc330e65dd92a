// /org-units: the house's departments.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct OrgUnitView {
  OrgUnitId id;
  std::uint64_t revision = 0;
  std::string name;
  std::string short_name;
  std::optional<OrgUnitId> parent;
  Instant created;
  Instant modified;
};
BOOST_DESCRIBE_STRUCT(OrgUnitView, (), (id, revision, name, short_name, parent, created, modified))

struct OrgUnitRequest {
  std::string name;
  std::optional<std::string> short_name;
  std::optional<OrgUnitId> parent;
};
BOOST_DESCRIBE_STRUCT(OrgUnitRequest, (), (name, short_name, parent))

// What is named is changed; a parent of null makes it a department of the house itself.
struct OrgUnitChangeRequest {
  std::optional<std::string> name;
  std::optional<std::string> short_name;
  std::optional<std::optional<OrgUnitId>> parent;
};
BOOST_DESCRIBE_STRUCT(OrgUnitChangeRequest, (), (name, short_name, parent))

OrgUnitView view_of(const OrgUnit& unit) {
  return {unit.id,     unit.revision, unit.name,    unit.short_name,
          unit.parent, unit.created,  unit.modified};
}

Result<Response> list_org_units(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 100, page_limit_max));
  const auto page = DMS_TRY(caller.tenant->org_units().list(caller.actor, list.page()));
  std::vector<OrgUnitView> views;
  for (const OrgUnit& unit : page.items) views.push_back(view_of(unit));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> create_org_unit(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<OrgUnitRequest>(exchange));
  const NewOrgUnit unit{std::move(input.name), input.short_name.value_or(""), input.parent};
  const OrgUnit created = DMS_TRY(caller.tenant->org_units().create(caller.actor, unit));
  return created_response("/api/v1/org-units/" + created.id.text(), created.revision,
                          encode_json(view_of(created)));
}

Result<Response> show_org_unit(const Caller& caller, Exchange& exchange) {
  const OrgUnitId id = DMS_TRY(path_id<OrgUnitId>(exchange));
  const OrgUnit unit = DMS_TRY(caller.tenant->org_units().get(caller.actor, id));
  return object_response(exchange.request, unit.revision, encode_json(view_of(unit)));
}

Result<Response> change_org_unit(const Caller& caller, Exchange& exchange) {
  const OrgUnitId id = DMS_TRY(path_id<OrgUnitId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  auto input = DMS_TRY(request_body<OrgUnitChangeRequest>(exchange));
  const OrgUnit before = DMS_TRY(caller.tenant->org_units().get(caller.actor, id));
  OrgUnitChange change{before.name, before.short_name, before.parent};
  if (input.name) change.name = std::move(*input.name);
  if (input.short_name) change.short_name = std::move(*input.short_name);
  if (input.parent) change.parent = *input.parent;
  const OrgUnit unit =
      DMS_TRY(caller.tenant->org_units().update(caller.actor, id, change, revision));
  return object_response(exchange.request, unit.revision, encode_json(view_of(unit)));
}

}  // namespace

void add_org_unit_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(api_route(context, Method::get, "/api/v1/org-units", signed_in, BodyKind::none,
                             list_org_units));
  routes.push_back(api_route(context, Method::post, "/api/v1/org-units", signed_in, BodyKind::json,
                             create_org_unit));
  routes.push_back(api_route(context, Method::get, "/api/v1/org-units/{id}", signed_in,
                             BodyKind::none, show_org_unit));
  routes.push_back(api_route(context, Method::patch, "/api/v1/org-units/{id}", with_revision,
                             BodyKind::json, change_org_unit));
}

}  // namespace dms::web
