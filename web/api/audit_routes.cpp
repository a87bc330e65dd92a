// /audit: who did what to which object, when, for whom; and what proves it.

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include "dms/audit.h"
#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "web/api/audit_csv.h"
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
  std::optional<std::string> address;
  std::optional<TokenId> token;
};
BOOST_DESCRIBE_STRUCT(AuditEventView, (),
                      (sequence, time, kind, object, parent, actor, on_behalf_of, detail, address,
                       token))

struct ReadView {
  Instant time;
  std::string kind;
  Uuid object;
  UserId actor;
  std::optional<UserId> on_behalf_of;
  std::optional<std::string> address;
  std::optional<Uuid> token;
};
BOOST_DESCRIBE_STRUCT(ReadView, (), (time, kind, object, actor, on_behalf_of, address, token))

struct VerifyView {
  bool clean = false;
  std::uint64_t records = 0;
  std::uint64_t journal_entries = 0;
  std::uint64_t heads = 0;
  std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(VerifyView, (), (clean, records, journal_entries, heads, problems))

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

// What both forms of the list are asked.
Result<AuditQuery> read_query(const Request& request) {
  DMS_TRY(check_query(request, {"object", "actor", "kind", "from", "to"}));
  const auto object = DMS_TRY(query_id<Id<struct AnyTag>>(request, "object"));
  AuditQuery query;
  if (object) query.object = object->value;
  query.actor = DMS_TRY(query_id<UserId>(request, "actor"));
  query.from = DMS_TRY(query_instant(request, "from"));
  query.kind = request.query_value("kind").value_or("");
  query.to = DMS_TRY(query_instant(request, "to"));
  return query;
}

Result<Response> list_events(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  AuditQuery query = DMS_TRY(read_query(request));
  const auto list = DMS_TRY(ListRequest::read(caller, request, 50, 200));
  query.before = read_big_endian_64(list.after()).value_or(0);
  query.limit = list.limit();
  const AuditPage page = DMS_TRY(caller.tenant->audit().events(caller.actor, query));
  std::vector<AuditEventView> views;
  for (const AuditEvent& event : page.events) {
    views.push_back({event.sequence, event.time, event.kind, event.object, event.parent,
                     event.actor, event.on_behalf_of, event.detail, event.address, event.token});
  }
  std::string next;
  if (page.next > 0) append_big_endian(next, page.next);
  return json_response(200, encode_list(views, list.seal(next), std::nullopt));
}

std::string cursor_of(const storage::ReadPlace& place) {
  std::string bytes;
  append_big_endian(bytes, std::uint64_t{place.day});
  append_big_endian(bytes, place.number);
  return bytes;
}

storage::ReadPlace place_of(std::string_view cursor) {
  const auto day = read_big_endian_64(cursor.substr(0, 8));
  const auto number = read_big_endian_64(cursor.substr(std::min<std::size_t>(8, cursor.size())));
  if (!day || !number) return {};
  return {static_cast<std::uint32_t>(*day), *number};
}

ReadView to_view(const storage::RecordedRead& read) {
  const storage::ReadEvent& event = read.event;
  ReadView view{read.time,    event.kind,   event.object, UserId{event.actor},
                std::nullopt, std::nullopt, event.token};
  if (event.on_behalf_of) view.on_behalf_of = UserId{*event.on_behalf_of};
  if (!event.address.empty()) view.address = event.address;
  return view;
}

// What both forms of that list are asked.
Result<ReadsQuery> read_reads_query(const Request& request) {
  DMS_TRY(check_query(request, {"object", "actor", "from", "to"}));
  const auto object = DMS_TRY(query_id<Id<struct AnyTag>>(request, "object"));
  ReadsQuery query;
  if (object) query.object = object->value;
  query.actor = DMS_TRY(query_id<UserId>(request, "actor"));
  query.from = DMS_TRY(query_instant(request, "from"));
  query.to = DMS_TRY(query_instant(request, "to"));
  return query;
}

Result<Response> list_reads(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  ReadsQuery query = DMS_TRY(read_reads_query(request));
  const auto list = DMS_TRY(ListRequest::read(caller, request, 50, 200));
  query.before = place_of(list.after());
  query.limit = list.limit();
  const ReadsPage page = DMS_TRY(caller.tenant->audit().reads(caller.actor, query));
  std::vector<ReadView> views;
  for (const storage::RecordedRead& read : page.reads) views.push_back(to_view(read));
  const std::string next = page.next ? cursor_of(*page.next) : std::string();
  return json_response(200, encode_list(views, list.seal(next), std::nullopt));
}

Response table(GeneratedBody rows, const std::string& file_name) {
  Response response;
  response.headers.set("Content-Type", "text/csv; charset=utf-8; header=present");
  response.headers.set("Cache-Control", "private, no-store");
  response.headers.set("Content-Disposition",
                       content_disposition(Disposition::attachment, file_name));
  response.body = std::move(rows);
  return response;
}

// All that matches, however much: a page of events is in memory at a time.
Result<Response> export_events(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(refuse_pages(request));
  const auto rows =
      std::make_shared<AuditCsv>(caller.tenant, caller.actor, DMS_TRY(read_query(request)));
  return table({[rows] { return rows->next(); }}, "audit-" + caller.tenant->config().id + ".csv");
}

Result<Response> export_reads(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(refuse_pages(request));
  const auto rows =
      std::make_shared<ReadsCsv>(caller.tenant, caller.actor, DMS_TRY(read_reads_query(request)));
  return table({[rows] { return rows->next(); }}, "reads-" + caller.tenant->config().id + ".csv");
}

Result<Response> list_heads(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 50, 200));
  const std::uint64_t before = read_big_endian_64(list.after()).value_or(0);
  const HeadPage page = DMS_TRY(caller.tenant->audit().heads(caller.actor, before, list.limit()));
  std::string next;
  if (page.next > 0) append_big_endian(next, page.next);
  return json_response(200, encode_list(page.heads, list.seal(next), std::nullopt));
}

Result<Response> sign_head(const Caller& caller, Exchange&) {
  return json_response(200, encode_json(DMS_TRY(caller.tenant->audit().sign_head(caller.actor))));
}

Result<Response> verify_store(const Caller& caller, const std::atomic<bool>* is_stopping) {
  const auto [store, heads] = DMS_TRY(caller.tenant->audit().verify(caller.actor, is_stopping));
  VerifyView view{true, store.records, store.journal_entries, heads.heads, store.problems};
  view.problems.insert(view.problems.end(), heads.problems.begin(), heads.problems.end());
  view.clean = view.problems.empty();
  return json_response(200, encode_json(view));
}

}  // namespace

void add_audit_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, CallerHandler handler,
                       LaneKind lane = LaneKind::interactive) {
    Route route = api_route(context, method, pattern, signed_in, BodyKind::none, handler);
    route.lane = lane;
    routes.push_back(std::move(route));
  };
  add(Method::get, "/api/v1/audit", list_events);
  add(Method::get, "/api/v1/audit/reads", list_reads, LaneKind::upload);
  // These walk much or all: on the lane that never starves reading.
  add(Method::get, "/api/v1/audit.csv", export_events, LaneKind::upload);
  add(Method::get, "/api/v1/audit/reads.csv", export_reads, LaneKind::upload);
  // On a lane of its own: where filing runs, some of these would keep it waiting for minutes.
  add(Method::get, "/api/v1/audit/verify", nullptr, LaneKind::verification);
  routes.back().handle = [is_stopping = context.is_stopping](Exchange& exchange) {
    return verify_store(caller_of(exchange), is_stopping);
  };
  add(Method::get, "/api/v1/audit/heads", list_heads);
  add(Method::post, "/api/v1/audit/heads", sign_head);
}

}  // namespace dms::web
