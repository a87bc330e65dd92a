#pragma once

// A request, checked and parsed, as one search works it off. Private to search.

#include <optional>
#include <vector>

#include "search/columns.h"
#include "search/cursor.h"
#include "search/facet_counts.h"
#include "search/index.h"
#include "search/query_terms.h"

namespace dms::search {

struct SearchPlan {
  Query query;
  SortOrder order = SortOrder::relevance;
  std::optional<std::int32_t> today;  // days since 1970-01-01
  // Of each row a document has one, and none of the excluded ones: what of the filters belongs to
  // no facet, and what the query's text says.
  std::vector<Terms> filters;
  Terms excluded;
  // What of the filters belongs to facets, and the query's own days.
  FacetChoice choice;
  AdmittedDocuments::Days typed_days;
  std::vector<Facet> facets;
  std::optional<Uuid> newer_than;
  std::optional<Cursor> after;
  std::size_t limit = 0;
};

Result<SearchPlan> make_plan(const SearchRequest& request);

}  // namespace dms::search
