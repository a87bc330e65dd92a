// /search, /search/suggest: across everything the asker may see.

#include <algorithm>
#include <boost/describe/class.hpp>

#include "dms/base/described_enum.h"
#include "dms/base/json_codec.h"
#include "dms/object_record.h"
#include "dms/saved_search.h"
#include "dms/search_service.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/search_view.h"

namespace dms::web {

namespace {

// In search::Facet's order.
enum class FacetName : std::uint8_t { type, status, unit, sender, year };
BOOST_DESCRIBE_ENUM(FacetName, type, status, unit, sender, year)
static_assert(static_cast<int>(FacetName::year) == static_cast<int>(search::Facet::year));

struct FacetValueView {
  std::string value;
  std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(FacetValueView, (), (value, count))

struct FacetView {
  FacetName facet = FacetName::type;
  std::vector<FacetValueView> values;
  std::uint64_t other = 0;
};
BOOST_DESCRIBE_STRUCT(FacetView, (), (facet, values, other))

struct SuggestedDossierView {
  DossierId id;
  std::string title;
  std::string file_reference;
};
BOOST_DESCRIBE_STRUCT(SuggestedDossierView, (), (id, title, file_reference))

struct SuggestedDocumentView {
  DocumentId id;
  std::string subject;
  DocumentType type = DocumentType::other;
  std::optional<Date> date;
  std::optional<std::string> file_reference;
};
BOOST_DESCRIBE_STRUCT(SuggestedDocumentView, (), (id, subject, type, date, file_reference))

struct SuggestionsView {
  std::vector<std::string> queries;
  std::vector<SuggestedDossierView> dossiers;
  std::vector<SuggestedDocumentView> documents;
};
BOOST_DESCRIBE_STRUCT(SuggestionsView, (), (queries, dossiers, documents))

// Several values of a filter are given by repeating nothing: "type=letter,invoice". Each once, so
// that there are never more than the enum has.
template <class Enum>
Result<std::vector<Enum>> query_enums(const Request& request, std::string_view name) {
  std::vector<Enum> values;
  const auto text = request.query_value(name);
  if (!text) return values;
  std::string_view rest = *text;
  while (true) {
    const auto comma = rest.find(',');
    const auto value = enum_from_name<Enum>(rest.substr(0, comma));
    if (!value) {
      return fail(invalid_field("/" + std::string(name), "Diesen Wert gibt es nicht.",
                                "There is no such value."));
    }
    if (std::find(values.begin(), values.end(), *value) != values.end()) {
      return fail(invalid_field("/" + std::string(name), "Dieser Wert steht mehrmals da.",
                                "This value is there several times."));
    }
    values.push_back(*value);
    if (comma == std::string_view::npos) return values;
    rest.remove_prefix(comma + 1);
  }
}

Result<search::SortOrder> query_sort(const Request& request) {
  const auto values = DMS_TRY(query_enums<SearchSort>(request, "sort"));
  if (values.size() > 1) {
    return fail(
        invalid_field("/sort", "Nur eine Sortierung ist möglich.", "Only one order is possible."));
  }
  return to_order(values.empty() ? SearchSort::relevance : values.front());
}

Result<SearchQuery> query_from(const Request& request) {
  SearchQuery query;
  query.text = std::string(request.query_value("q").value_or(""));
  query.unit = DMS_TRY(query_id<UnitId>(request, "unit"));
  query.dossier = DMS_TRY(query_id<DossierId>(request, "dossier"));
  query.types = DMS_TRY(query_enums<DocumentType>(request, "type"));
  query.statuses = DMS_TRY(query_enums<DocumentStatus>(request, "status"));
  query.author = DMS_TRY(query_id<UserId>(request, "author"));
  query.from = DMS_TRY(query_date(request, "from"));
  query.to = DMS_TRY(query_date(request, "to"));
  query.sort = DMS_TRY(query_sort(request));
  // A name may hold a comma, so there is one.
  if (const auto sender = request.query_value("sender")) query.senders.emplace_back(*sender);
  for (const FacetName facet : DMS_TRY(query_enums<FacetName>(request, "facets"))) {
    query.facets.push_back(static_cast<search::Facet>(facet));
  }
  return query;
}

std::vector<FacetView> facet_views(const std::vector<search::FacetCounts>& facets) {
  std::vector<FacetView> views;
  for (const search::FacetCounts& facet : facets) {
    FacetView view{static_cast<FacetName>(facet.facet), {}, facet.other};
    for (const auto& value : facet.values) view.values.push_back({value.value, value.count});
    views.push_back(std::move(view));
  }
  return views;
}

Result<Response> search_documents(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(check_query(request, {"q", "unit", "dossier", "type", "status", "author", "sender",
                                "from", "to", "sort", "facets"}));
  SearchQuery query = DMS_TRY(query_from(request));
  const auto list = DMS_TRY(ListRequest::read(caller, request, 20, 100));
  if (!list.after().empty()) query.after = list.after();
  query.limit = list.limit();
  const SearchAnswer answer = DMS_TRY(caller.tenant->search().search(caller.actor, query));
  std::string body = encode_list(views_of(answer.hits), list.seal(answer.next.value_or("")),
                                 answer.total_estimate);
  body.pop_back();  // the closing brace
  if (!answer.corrected_query.empty()) {
    body += ",\"corrected_query\":" + encode_json(answer.corrected_query);
  }
  if (answer.is_query_shortened) body += ",\"query_shortened\":true";
  if (answer.is_beginning_shortened) body += ",\"prefix_shortened\":true";
  body += rebuilding_member(*caller.tenant);
  if (!query.facets.empty()) body += ",\"facets\":" + encode_json(facet_views(answer.facets));
  return json_response(200, body + "}");
}

Result<Response> suggest(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"q"}));
  DMS_TRY(refuse_pages(exchange.request));
  const std::string typed(exchange.request.query_value("q").value_or(""));
  const Suggestions found = DMS_TRY(caller.tenant->search().suggest(caller.actor, typed));
  SuggestionsView view{found.queries, {}, {}};
  for (const auto& dossier : found.dossiers) {
    view.dossiers.push_back({dossier.id, dossier.title, dossier.file_reference});
  }
  for (const auto& document : found.documents) {
    view.documents.push_back({document.id, document.subject, document.type, document.date,
                              unless_empty(document.file_reference)});
  }
  return json_response(200, encode_json(view));
}

}  // namespace

void add_search_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(api_route(context, Method::get, "/api/v1/search", signed_in, BodyKind::none,
                             search_documents));
  routes.push_back(api_route(context, Method::get, "/api/v1/search/suggest", signed_in,
                             BodyKind::none, suggest));
}

}  // namespace dms::web
