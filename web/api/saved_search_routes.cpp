// /saved-searches: the asker's own searches, kept under a name, and what is new in them.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/object_record.h"
#include "web/api/creation.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

// The filters by the names of /search.
struct SavedSearchRequest {
  std::string name;
  std::optional<std::string> q;
  std::optional<UnitId> unit;
  std::optional<DossierId> dossier;
  std::optional<std::vector<DocumentType>> type;
  std::optional<std::vector<DocumentStatus>> status;
  std::optional<UserId> author;
  std::optional<std::string> sender;
  std::optional<Date> from;
  std::optional<Date> to;
  std::optional<SearchSort> sort;
};
BOOST_DESCRIBE_STRUCT(SavedSearchRequest, (),
                      (name, q, unit, dossier, type, status, author, sender, from, to, sort))

struct SavedSearchView {
  SavedSearchId id;
  std::uint64_t revision = 1;
  std::string name;
  std::optional<std::string> q;
  std::optional<UnitId> unit;
  std::optional<DossierId> dossier;
  std::vector<DocumentType> type;
  std::vector<DocumentStatus> status;
  std::optional<UserId> author;
  std::optional<std::string> sender;
  std::optional<Date> from;
  std::optional<Date> to;
  SearchSort sort = SearchSort::relevance;
  Instant created;
  Instant modified;
};
BOOST_DESCRIBE_STRUCT(SavedSearchView, (),
                      (id, revision, name, q, unit, dossier, type, status, author, sender, from, to,
                       sort, created, modified))

struct SavedSearchCountView {
  SavedSearchId id;
  std::uint64_t hits = 0;
  bool more_hits = false;
  std::uint64_t new_hits = 0;
  bool more_new_hits = false;
};
BOOST_DESCRIBE_STRUCT(SavedSearchCountView, (), (id, hits, more_hits, new_hits, more_new_hits))

Result<SavedSearchFields> fields_from(const Exchange& exchange) {
  auto input = DMS_TRY(request_body<SavedSearchRequest>(exchange));
  SavedSearchFields fields;
  fields.name = std::move(input.name);
  SearchQuery& query = fields.query;
  query.text = std::move(input.q).value_or("");
  query.unit = input.unit;
  query.dossier = input.dossier;
  query.types = std::move(input.type).value_or(std::vector<DocumentType>());
  query.statuses = std::move(input.status).value_or(std::vector<DocumentStatus>());
  query.author = input.author;
  if (input.sender) query.senders.push_back(std::move(*input.sender));
  query.from = input.from;
  query.to = input.to;
  query.sort = to_order(input.sort.value_or(SearchSort::relevance));
  return fields;
}

SavedSearchView view_of(const SavedSearch& saved) {
  const SearchQuery& query = saved.fields.query;
  SavedSearchView view;
  view.id = saved.id;
  view.revision = saved.change.revision;
  view.name = saved.fields.name;
  view.q = unless_empty(query.text);
  view.unit = query.unit;
  view.dossier = query.dossier;
  view.type = query.types;
  view.status = query.statuses;
  view.author = query.author;
  if (!query.senders.empty()) view.sender = query.senders.front();
  view.from = query.from;
  view.to = query.to;
  view.sort = to_sort(query.sort);
  view.created = saved.change.created.at;
  view.modified = saved.change.modified.at;
  return view;
}

Response created_reply(const SavedSearch& saved) {
  return created_response("/api/v1/saved-searches/" + saved.id.text(), saved.change.revision,
                          encode_json(view_of(saved)));
}

Response reply(const Request& request, const SavedSearch& saved) {
  return object_response(request, saved.change.revision, encode_json(view_of(saved)));
}

Result<Response> list_saved(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  DMS_TRY(refuse_pages(exchange.request));
  std::vector<SavedSearchView> views;
  for (const SavedSearch& saved : DMS_TRY(caller.tenant->saved_searches().list(caller.actor))) {
    views.push_back(view_of(saved));
  }
  return json_response(200, encode_list(views, std::nullopt, views.size()));
}

Result<Response> create_saved(const Caller& caller, Exchange& exchange) {
  const SavedSearchFields fields = DMS_TRY(fields_from(exchange));
  SavedSearches& searches = caller.tenant->saved_searches();
  Creation creation;
  creation.route = "POST /saved-searches";
  creation.location_prefix = "/api/v1/saved-searches/";
  creation.digest = sha256(exchange.body);
  creation.create = [&](const AlsoCommit& also) -> Result<Response> {
    return created_reply(DMS_TRY(searches.create(caller.actor, fields, also)));
  };
  creation.render = [&](const Uuid& id) -> Result<Response> {
    return created_reply(DMS_TRY(searches.get(caller.actor, SavedSearchId{id})));
  };
  return create_once(caller, exchange.request, creation);
}

Result<Response> show_saved(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<SavedSearchId>(exchange));
  return reply(exchange.request, DMS_TRY(caller.tenant->saved_searches().get(caller.actor, id)));
}

Result<Response> replace_saved(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<SavedSearchId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  SavedSearchFields fields = DMS_TRY(fields_from(exchange));
  return reply(exchange.request, DMS_TRY(caller.tenant->saved_searches().update(
                                     caller.actor, id, std::move(fields), revision)));
}

Result<Response> remove_saved(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<SavedSearchId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  DMS_TRY(caller.tenant->saved_searches().remove(caller.actor, id, revision));
  return no_content();
}

Result<Response> count_saved(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  DMS_TRY(refuse_pages(exchange.request));
  std::vector<SavedSearchCountView> views;
  for (const auto& [id, count] : DMS_TRY(caller.tenant->saved_searches().counts(caller.actor))) {
    views.push_back({id, count.hits, count.has_more_hits, count.newer, count.has_more_newer});
  }
  return json_response(200, encode_list(views, std::nullopt, views.size()));
}

// Changes no revision: it concerns what is new, not what is asked.
Result<Response> look_at_saved(const Caller& caller, Exchange& exchange) {
  const auto id = DMS_TRY(path_id<SavedSearchId>(exchange));
  DMS_TRY(caller.tenant->saved_searches().look(caller.actor, id));
  return no_content();
}

}  // namespace

void add_saved_search_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
  };
  const std::string_view one = "/api/v1/saved-searches/{id}";
  add(Method::get, "/api/v1/saved-searches", signed_in, BodyKind::none, list_saved);
  add(Method::post, "/api/v1/saved-searches", creating, BodyKind::json, create_saved);
  add(Method::get, "/api/v1/saved-searches/counts", signed_in, BodyKind::none, count_saved);
  add(Method::get, one, signed_in, BodyKind::none, show_saved);
  add(Method::put, one, with_revision, BodyKind::json, replace_saved);
  add(Method::delete_, one, with_revision, BodyKind::none, remove_saved);
  add(Method::post, "/api/v1/saved-searches/{id}/looked", signed_in, BodyKind::none, look_at_saved);
}

}  // namespace dms::web
