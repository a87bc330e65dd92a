// /audit: who did what to which object, when, for whom.

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include "dms/audit.h"
#include "dms/base/bytes.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct AuditEventView {
  std::uint64_t sequence = 0;
  Instant time;
  std::string kind;
  Uuid object;
  std::optional<Uuid> parent;
  UserId actor;
  std::optional<UserId> on_behalf_of;
  std::optional<std::string> detail;  // JSON as text; absent: erased, or not for the asker
};
BOOST_DESCRIBE_STRUCT(AuditEventView, (),
                      (sequence, time, kind, object, parent, actor, on_behalf_of, detail))

struct VerifyView {
  bool clean = false;
  std::uint64_t records = 0;
  std::uint64_t journal_entries = 0;
  std::uint64_t contents = 0;
  std::uint64_t content_bytes = 0;
  std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(VerifyView, (),
                      (clean, records, journal_entries, contents, content_bytes, problems))

Result<std::optional<Instant>> query_instant(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<Instant>();
  const auto instant = parse_rfc3339(*text);
  if (!instant) {
    return fail(invalid_field("/" + std::string(name),
                              "Kein Zeitpunkt der Form 2026-11-30T08:00:00Z.",
                              "Not a time of the form 2026-11-30T08:00:00Z."));
  }
  return instant;
}

Result<Response> list_events(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(check_query(request, {"object", "actor", "from", "to"}));
  const auto object = DMS_TRY(query_id<Id<struct AnyTag>>(request, "object"));
  AuditQuery query;
  if (object) query.object = object->value;
  query.actor = DMS_TRY(query_id<UserId>(request, "actor"));
  query.from = DMS_TRY(query_instant(request, "from"));
  query.to = DMS_TRY(query_instant(request, "to"));
  const auto list = DMS_TRY(ListRequest::read(caller, request, 50, 200));
  query.before = read_big_endian_64(list.after()).value_or(0);
  query.limit = list.limit();
  const AuditPage page = DMS_TRY(caller.tenant->audit().events(caller.actor, query));
  std::vector<AuditEventView> views;
  for (const AuditEvent& event : page.events) {
    views.push_back({event.sequence, event.time, event.kind, event.object, event.parent,
                     event.actor, event.on_behalf_of, event.detail});
  }
  std::string next;
  if (page.next > 0) append_big_endian(next, page.next);
  return json_response(200, encode_list(views, list.seal(next), std::nullopt));
}

Result<Response> verify_store(const Caller& caller, Exchange&) {
  const storage::VerifyReport report = DMS_TRY(caller.tenant->audit().verify(caller.actor));
  const VerifyView view{report.problems.empty(), report.records,       report.journal_entries,
                        report.contents,         report.content_bytes, report.problems};
  return json_response(200, encode_json(view));
}

}  // namespace

void add_audit_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(
      api_route(context, Method::get, "/api/v1/audit", signed_in, BodyKind::none, list_events));
  // Walks the whole store: on the lane that never starves reading.
  Route verify = api_route(context, Method::get, "/api/v1/audit/verify", signed_in, BodyKind::none,
                           verify_store);
  verify.lane = LaneKind::upload;
  routes.push_back(std::move(verify));
}

}  // namespace dms::web
