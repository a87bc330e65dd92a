// /documents/{id}/matches and /documents/{id}/similar: searching by a document.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"
#include "web/api/search_view.h"

namespace dms::web {

namespace {

constexpr std::size_t similar_default = 10;
constexpr std::size_t similar_max = 50;

struct PageMatchesView {
  std::uint32_t page = 1;
  std::uint64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(PageMatchesView, (), (page, count))

struct MatchesView {
  std::vector<PageMatchesView> pages;
  std::vector<SnippetView> words;
};
BOOST_DESCRIBE_STRUCT(MatchesView, (), (pages, words))

Result<Response> show_matches(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {"q"}));
  DMS_TRY(refuse_pages(exchange.request));
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const std::string query(exchange.request.query_value("q").value_or(""));
  const DocumentMatches found = DMS_TRY(caller.tenant->search().matches(caller.actor, id, query));
  MatchesView view;
  for (const auto& page : found.pages) view.pages.push_back({page.page, page.count});
  for (const search::Snippet& word : found.words) view.words.push_back(view_of(word));
  return json_response(200, encode_json(view));
}

// All at once: what is further down is not alike.
Result<Response> show_similar(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const DocumentId id = DMS_TRY(path_id<DocumentId>(exchange));
  const auto list =
      DMS_TRY(ListRequest::read(caller, exchange.request, similar_default, similar_max));
  const auto hits = DMS_TRY(caller.tenant->search().similar(caller.actor, id, list.limit()));
  return json_response(200, encode_list(views_of(hits), std::nullopt, hits.size()));
}

}  // namespace

void add_document_search_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](std::string_view pattern, CallerHandler handler) {
    routes.push_back(api_route(context, Method::get, pattern, signed_in, BodyKind::none, handler));
  };
  add("/api/v1/documents/{id}/matches", show_matches);
  add("/api/v1/documents/{id}/similar", show_similar);
}

}  // namespace dms::web
