// /dossiers: opening, reading, changing, closing.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "web/api/access_view.h"
#include "web/api/creation.h"
#include "web/api/file_plan_view.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms {
BOOST_DESCRIBE_STRUCT(SpecialistRef, (), (system, id))
}  // namespace dms

namespace dms::web {

namespace {

struct HoldView {
  std::string reason;
  Instant placed;
  UserId placed_by;
};
BOOST_DESCRIBE_STRUCT(HoldView, (), (reason, placed, placed_by))

struct DossierView {
  DossierId id;
  std::uint64_t revision = 0;
  std::string file_reference;
  UnitId unit_id;
  std::string title;
  std::string description;
  std::optional<OrgUnitId> lead_unit;
  std::optional<OrgUnitId> record_keeping_unit;
  Medium medium = Medium::electronic;
  std::string paper_location;
  Classification classification = Classification::normal;
  std::optional<Date> period_from;
  std::optional<Date> period_to;
  std::optional<RetentionView> retention;
  std::optional<Appraisal> appraisal;
  std::vector<std::string> keywords;
  std::vector<DossierId> links;
  std::vector<SpecialistRef> specialist_refs;
  DossierStatus status = DossierStatus::open;
  std::optional<Instant> closed;
  std::optional<UserId> closed_by;
  std::vector<HoldView> holds;
  Uuid scope;
  bool own_scope = false;
  Instant created;
  UserId created_by;
  Instant modified;
  UserId modified_by;
};
BOOST_DESCRIBE_STRUCT(DossierView, (),
                      (id, revision, file_reference, unit_id, title, description, lead_unit,
                       record_keeping_unit, medium, paper_location, classification, period_from,
                       period_to, retention, appraisal, keywords, links, specialist_refs, status,
                       closed, closed_by, holds, scope, own_scope, created, created_by, modified,
                       modified_by))

// What people set on a dossier. In a change what is named is changed and null clears.
struct DossierFieldsRequest {
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<std::optional<OrgUnitId>> lead_unit;
  std::optional<std::optional<OrgUnitId>> record_keeping_unit;
  std::optional<Medium> medium;
  std::optional<std::string> paper_location;
  std::optional<Classification> classification;
  std::optional<std::optional<Date>> period_from;
  std::optional<std::optional<Date>> period_to;
  std::optional<std::optional<RetentionView>> retention;
  std::optional<std::optional<Appraisal>> appraisal;
  std::optional<std::vector<std::string>> keywords;
  std::optional<std::vector<DossierId>> links;
  std::optional<std::vector<SpecialistRef>> specialist_refs;
};
BOOST_DESCRIBE_STRUCT(DossierFieldsRequest, (),
                      (title, description, lead_unit, record_keeping_unit, medium, paper_location,
                       classification, period_from, period_to, retention, appraisal, keywords,
                       links, specialist_refs))

struct NewDossierRequest : DossierFieldsRequest {
  UnitId unit_id;
  std::optional<std::string> reference_key;
  std::optional<AccessRequest> access;
};
BOOST_DESCRIBE_STRUCT(NewDossierRequest, (DossierFieldsRequest), (unit_id, reference_key, access))

struct HoldsRequest {
  std::vector<std::string> reasons;
};
BOOST_DESCRIBE_STRUCT(HoldsRequest, (), (reasons))

DossierView view_of(const Dossier& dossier) {
  const DossierFields& fields = dossier.fields;
  DossierView view;
  view.id = dossier.id;
  view.revision = dossier.change.revision;
  view.file_reference = dossier.file_reference;
  view.unit_id = dossier.unit;
  view.title = fields.title;
  view.description = fields.description;
  view.lead_unit = fields.lead_unit;
  view.record_keeping_unit = fields.record_keeping_unit;
  view.medium = fields.medium;
  view.paper_location = fields.paper_location;
  view.classification = fields.classification;
  view.period_from = fields.period_from;
  view.period_to = fields.period_to;
  if (fields.retention) view.retention = web::view_of(*fields.retention);
  view.appraisal = fields.appraisal;
  view.keywords = fields.keywords;
  view.links = fields.links;
  view.specialist_refs = fields.specialist_refs;
  view.status = dossier.status;
  if (dossier.closed) {
    view.closed = dossier.closed->at;
    view.closed_by = dossier.closed->by;
  }
  for (const Hold& hold : dossier.holds) {
    view.holds.push_back({hold.reason, hold.placed.at, hold.placed.by});
  }
  view.scope = dossier.scope.value;
  view.own_scope = dossier.own_scope;
  view.created = dossier.change.created.at;
  view.created_by = dossier.change.created.by;
  view.modified = dossier.change.modified.at;
  view.modified_by = dossier.change.modified.by;
  return view;
}

Result<void> apply(const DossierFieldsRequest& input, DossierFields& fields) {
  if (input.title) fields.title = *input.title;
  if (input.description) fields.description = *input.description;
  if (input.lead_unit) fields.lead_unit = *input.lead_unit;
  if (input.record_keeping_unit) fields.record_keeping_unit = *input.record_keeping_unit;
  if (input.medium) fields.medium = *input.medium;
  if (input.paper_location) fields.paper_location = *input.paper_location;
  if (input.classification) fields.classification = *input.classification;
  if (input.period_from) fields.period_from = *input.period_from;
  if (input.period_to) fields.period_to = *input.period_to;
  if (input.retention) {
    fields.retention.reset();
    if (const auto& view = *input.retention) {
      fields.retention = DMS_TRY(period_from(*view, "/retention"));
    }
  }
  if (input.appraisal) fields.appraisal = *input.appraisal;
  if (input.keywords) fields.keywords = *input.keywords;
  if (input.links) fields.links = *input.links;
  if (input.specialist_refs) fields.specialist_refs = *input.specialist_refs;
  return {};
}

Response reply(const Request& request, const Dossier& dossier) {
  return object_response(request, dossier.change.revision, encode_json(view_of(dossier)));
}

Response created_reply(const Dossier& dossier) {
  return created_response("/api/v1/dossiers/" + dossier.id.text(), dossier.change.revision,
                          encode_json(view_of(dossier)));
}

Result<Response> list_dossiers(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(check_query(request, {"unit"}));
  const auto unit = DMS_TRY(query_id<UnitId>(request, "unit"));
  const auto list = DMS_TRY(ListRequest::read(caller, request, 50, 200));
  const auto page = DMS_TRY(caller.tenant->dossiers().list(caller.actor, unit, list.page()));
  std::vector<DossierView> views;
  for (const Dossier& dossier : page.items) views.push_back(view_of(dossier));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> open_dossier(const Caller& caller, Exchange& exchange) {
  const auto input = DMS_TRY(request_body<NewDossierRequest>(exchange));
  NewDossier dossier;
  dossier.unit = input.unit_id;
  DMS_TRY(apply(input, dossier.fields));
  dossier.reference_key = input.reference_key.value_or("");
  if (input.access) dossier.access = access_list_from(*input.access);
  Dossiers& dossiers = caller.tenant->dossiers();
  Creation creation;
  creation.route = "POST /dossiers";
  creation.location_prefix = "/api/v1/dossiers/";
  creation.digest = sha256(exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    return created_reply(DMS_TRY(dossiers.open(caller.actor, dossier, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(dossiers.get(caller.actor, DossierId{id})));
  };
  return create_once(caller, exchange.request, creation);
}

Result<Response> show_dossier(const Caller& caller, Exchange& exchange) {
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  return reply(exchange.request, DMS_TRY(caller.tenant->dossiers().get(caller.actor, id)));
}

Result<Response> change_dossier(const Caller& caller, Exchange& exchange) {
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<DossierFieldsRequest>(exchange));
  Dossiers& dossiers = caller.tenant->dossiers();
  DossierFields fields = DMS_TRY(dossiers.get(caller.actor, id)).fields;
  DMS_TRY(apply(input, fields));
  return reply(exchange.request, DMS_TRY(dossiers.update(caller.actor, id, fields, revision)));
}

Result<Response> close_dossier(const Caller& caller, Exchange& exchange) {
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(exchange.request,
               DMS_TRY(caller.tenant->dossiers().close(caller.actor, id, revision)));
}

Result<Response> reopen_dossier(const Caller& caller, Exchange& exchange) {
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(exchange.request,
               DMS_TRY(caller.tenant->dossiers().reopen(caller.actor, id, revision)));
}

Result<Response> set_holds(const Caller& caller, Exchange& exchange) {
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<HoldsRequest>(exchange));
  return reply(exchange.request, DMS_TRY(caller.tenant->dossiers().set_holds(
                                     caller.actor, id, input.reasons, revision)));
}

Result<Response> give_dossier_access_list(const Caller& caller, Exchange& exchange) {
  const DossierId id = DMS_TRY(path_id<DossierId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<AccessRequest>(exchange));
  return reply(exchange.request, DMS_TRY(caller.tenant->dossiers().give_access_list(
                                     caller.actor, id, access_list_from(input), revision)));
}

}  // namespace

void add_dossier_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  add(Method::get, "/api/v1/dossiers", signed_in, BodyKind::none, list_dossiers);
  add(Method::post, "/api/v1/dossiers", creating, BodyKind::json, open_dossier);
  add(Method::get, "/api/v1/dossiers/{id}", signed_in, BodyKind::none, show_dossier);
  add(Method::patch, "/api/v1/dossiers/{id}", with_revision, BodyKind::json, change_dossier);
  add(Method::post, "/api/v1/dossiers/{id}/close", with_revision, BodyKind::none, close_dossier);
  add(Method::post, "/api/v1/dossiers/{id}/reopen", with_revision, BodyKind::none, reopen_dossier);
  add(Method::put, "/api/v1/dossiers/{id}/holds", with_revision, BodyKind::json, set_holds);
  add(Method::post, "/api/v1/dossiers/{id}/access", with_revision, BodyKind::json,
      give_dossier_access_list);
}

}  // namespace dms::web
