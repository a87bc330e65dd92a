#pragma once

// A request, checked and parsed, as one search works it off. Private to search.

#include <xapian.h>

#include <optional>
#include <vector>

#include "search/columns.h"
#include "search/cursor.h"
#include "search/facet_counts.h"
#include "search/index.h"
#include "search/query.h"

namespace dms::search {

struct SearchPlan {
  Query query;
  SortOrder order = SortOrder::relevance;
  AdmittedDocuments::Days days;
  std::optional<Xapian::Query> filter;
  // For counting: what of the filter belongs to no facet, what does, and the query's own days.
  std::optional<Xapian::Query> other_filter;
  FacetChoice choice;
  AdmittedDocuments::Days typed_days;
  std::vector<Facet> facets;
  std::optional<Uuid> newer_than;
  std::optional<Xapian::Query> typed_filter;  // of the query's text
  std::optional<Xapian::Query> typed_exclusion;
  std::optional<Cursor> after;
  std::size_t limit = 0;
};

Result<SearchPlan> make_plan(const SearchRequest& request);

}  // namespace dms::search
