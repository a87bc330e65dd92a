// /erasures: destroying dossiers and documents for good, with a second person's word.

#include <boost/describe/class.hpp>
#include <utility>

#include "dms/base/json_codec.h"
#include "web/api/creation.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct ErasureRequest {
  std::optional<std::vector<DossierId>> dossiers;
  std::optional<std::vector<DocumentId>> documents;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(ErasureRequest, (), (dossiers, documents, reason))

struct ErasureCheckRequest {
  std::optional<std::vector<DossierId>> dossiers;
  std::optional<std::vector<DocumentId>> documents;
};
BOOST_DESCRIBE_STRUCT(ErasureCheckRequest, (), (dossiers, documents))

struct ErasureObjectView {
  ErasureObjectKind kind = ErasureObjectKind::document;
  Uuid id;
  ErasureObjectState state = ErasureObjectState::waiting;
  std::optional<std::string> title;
  std::optional<std::string> file_reference;
  std::vector<ErasureReason> reasons;
};
BOOST_DESCRIBE_STRUCT(ErasureObjectView, (), (kind, id, state, title, file_reference, reasons))

struct ErasureCheckView {
  bool possible = false;
  std::vector<ErasureObjectView> objects;
  std::uint64_t dossiers = 0;
  std::uint64_t documents = 0;
  std::uint64_t versions = 0;
  std::uint64_t bytes = 0;
  bool complete = true;
};
BOOST_DESCRIBE_STRUCT(ErasureCheckView, (),
                      (possible, objects, dossiers, documents, versions, bytes, complete))

struct ErasureView {
  ErasureId id;
  std::uint64_t revision = 0;
  ErasureState state = ErasureState::proposed;
  std::string reason;
  std::vector<ErasureObjectView> objects;
  Instant proposed_at;
  UserId proposed_by;
  std::optional<UserId> proposed_for;
  std::optional<Instant> released_at;
  std::optional<UserId> released_by;
  std::optional<UserId> released_for;
  std::optional<Instant> ended_at;
  std::uint64_t dossiers = 0;
  std::uint64_t documents = 0;
  std::uint64_t documents_left_out = 0;
  std::uint64_t versions = 0;
  std::uint64_t contents = 0;
  std::uint64_t bytes_to_free = 0;
  std::optional<std::uint64_t> bytes_freed;
};
BOOST_DESCRIBE_STRUCT(ErasureView, (),
                      (id, revision, state, reason, objects, proposed_at, proposed_by, proposed_for,
                       released_at, released_by, released_for, ended_at, dossiers, documents,
                       documents_left_out, versions, contents, bytes_to_free, bytes_freed))

std::optional<std::string> unless_blank(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::vector<ErasureObjectView> views_of(const std::vector<ErasureObject>& objects) {
  std::vector<ErasureObjectView> views;
  for (const ErasureObject& object : objects) {
    views.push_back({object.kind, object.id, object.state, unless_blank(object.title),
                     unless_blank(object.file_reference), object.reasons});
  }
  return views;
}

ErasureView view_of(const Erasure& erasure) {
  ErasureView view;
  view.id = erasure.id;
  view.revision = erasure.change.revision;
  view.state = erasure.state;
  view.reason = erasure.reason;
  view.objects = views_of(erasure.objects);
  view.proposed_at = erasure.proposed.at;
  view.proposed_by = erasure.proposed.by;
  view.proposed_for = erasure.proposed_for;
  if (erasure.released) {
    view.released_at = erasure.released->at;
    view.released_by = erasure.released->by;
  }
  view.released_for = erasure.released_for;
  view.ended_at = erasure.ended;
  view.dossiers = erasure.dossiers;
  view.documents = erasure.documents;
  view.documents_left_out = erasure.documents_left_out;
  view.versions = erasure.versions;
  view.contents = erasure.contents;
  view.bytes_to_free = erasure.bytes_to_free;
  view.bytes_freed = erasure.bytes_freed;
  return view;
}

// No 304: how far it is changes without a new revision, and so does what stands against it.
Response reply(const Erasure& erasure) {
  Response response = json_response(200, encode_json(view_of(erasure)));
  response.headers.set("ETag", revision_etag(erasure.change.revision));
  return response;
}

Response created_reply(const Erasure& erasure) {
  return created_response("/api/v1/erasures/" + erasure.id.text(), erasure.change.revision,
                          encode_json(view_of(erasure)));
}

Result<Response> check_erasure(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<ErasureCheckRequest>(exchange));
  NewErasure named;
  if (input.dossiers) named.dossiers = std::move(*input.dossiers);
  if (input.documents) named.documents = std::move(*input.documents);
  const ErasureCheck check = DMS_TRY(caller.tenant->erasures().check(caller.actor, named));
  const ErasureCheckView view{check.is_possible(), views_of(check.objects), check.dossiers,
                              check.documents,     check.versions,          check.bytes,
                              check.is_complete};
  return json_response(200, encode_json(view));
}

Result<Response> propose_erasure(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<ErasureRequest>(exchange));
  NewErasure proposed;
  if (input.dossiers) proposed.dossiers = std::move(*input.dossiers);
  if (input.documents) proposed.documents = std::move(*input.documents);
  proposed.reason = std::move(input.reason);
  Erasures& erasures = caller.tenant->erasures();
  Creation creation;
  creation.route = "POST /erasures";
  creation.location_prefix = "/api/v1/erasures/";
  creation.digest = sha256(exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    return created_reply(DMS_TRY(erasures.propose(caller.actor, proposed, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(erasures.get(caller.actor, ErasureId{id})));
  };
  return create_once(caller, exchange.request, creation);
}

Result<Response> list_erasures(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 50, 200));
  const auto page = DMS_TRY(caller.tenant->erasures().list(caller.actor, list.page()));
  std::vector<ErasureView> views;
  for (const Erasure& erasure : page.items) views.push_back(view_of(erasure));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> show_erasure(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<ErasureId>(exchange));
  return reply(DMS_TRY(caller.tenant->erasures().get(caller.actor, id)));
}

Result<Response> release_erasure(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<ErasureId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(DMS_TRY(caller.tenant->erasures().release(caller.actor, id, revision)));
}

Result<Response> withdraw_erasure(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<ErasureId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  return reply(DMS_TRY(caller.tenant->erasures().withdraw(caller.actor, id, revision)));
}

}  // namespace

void add_erasure_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  add(Method::get, "/api/v1/erasures", signed_in, BodyKind::none, list_erasures);
  add(Method::post, "/api/v1/erasures", creating, BodyKind::json, propose_erasure);
  add(Method::post, "/api/v1/erasures/check", signed_in, BodyKind::json, check_erasure);
  add(Method::get, "/api/v1/erasures/{id}", signed_in, BodyKind::none, show_erasure);
  add(Method::post, "/api/v1/erasures/{id}/release", with_revision, BodyKind::none,
      release_erasure);
  add(Method::post, "/api/v1/erasures/{id}/withdraw", with_revision, BodyKind::none,
      withdraw_erasure);
}

}  // namespace dms::web
