#include "search/search_plan.h"

#include <algorithm>
#include <array>

#include "search/fields.h"
#include "search/run_search.h"

namespace dms::search {

namespace {

bool wants_words(const Query& query) {
  return std::any_of(query.clauses.begin(), query.clauses.end(), [](const QueryClause& clause) {
    return clause.occurrence != QueryClause::Occurrence::excluded;
  });
}

Result<void> check_filters(const std::vector<FilterValue>& filters) {
  const bool are_sound = std::all_of(filters.begin(), filters.end(), [](const FilterValue& value) {
    return !value.value.empty() && value.value.size() <= filter_value_bytes_max;
  });
  if (are_sound) return {};
  return fail(ErrorCode::invalid, "Ein Filter hat keinen gültigen Wert.",
              "A filter has no valid value.");
}

// Those of one kind are alternatives.
void add_rows(const std::vector<FilterValue>& filters, std::vector<Terms>& rows) {
  constexpr std::array kinds = {Filter::unit,   Filter::dossier, Filter::type,
                                Filter::status, Filter::author,  Filter::sender};
  for (const Filter kind : kinds) {
    Terms any;
    for (const FilterValue& value : filters) {
      if (value.filter == kind) any.push_back(fields::filter_term(value));
    }
    if (!any.empty()) rows.push_back(std::move(any));
  }
}

enum class Typed : std::uint8_t { wanted, excluded };

std::vector<FilterValue> typed_filters(const Query& query, Typed kind) {
  std::vector<FilterValue> values;
  for (const QueryFilter& filter : query.filters) {
    if (filter.excluded == (kind == Typed::excluded))
      values.push_back({filter.filter, filter.value});
  }
  return values;
}

std::optional<Facet> facet_of(Filter filter) {
  switch (filter) {
    case Filter::type:
      return Facet::type;
    case Filter::status:
      return Facet::status;
    case Filter::unit:
      return Facet::unit;
    case Filter::sender:
      return Facet::sender;
    case Filter::dossier:
    case Filter::author:
      break;
  }
  return std::nullopt;
}

// Parts what is chosen in facets from what narrows their counts.
void plan_facets(const SearchRequest& request, SearchPlan& plan) {
  plan.facets = request.facets;
  std::vector<FilterValue> others;
  for (const FilterValue& value : request.filters) {
    if (const auto facet = facet_of(value.filter)) {
      plan.choice.values[column_of(*facet)].push_back(value.value);
    } else {
      others.push_back(value);
    }
  }
  add_rows(others, plan.filters);
  if (request.from) plan.choice.days.first = day_number(*request.from);
  if (request.to) plan.choice.days.last = day_number(*request.to);
  if (plan.query.from) plan.typed_days.first = day_number(*plan.query.from);
  if (plan.query.to) plan.typed_days.last = day_number(*plan.query.to);
}

}  // namespace

Result<SearchPlan> make_plan(const SearchRequest& request) {
  SearchPlan plan;
  plan.query = parse_query(request.query, request.filter_words);
  DMS_TRY(check_filters(request.filters));
  const std::vector<FilterValue> typed = typed_filters(plan.query, Typed::wanted);
  const std::vector<FilterValue> typed_out = typed_filters(plan.query, Typed::excluded);
  DMS_TRY(check_filters(typed));
  DMS_TRY(check_filters(typed_out));
  add_rows(typed, plan.filters);
  for (const FilterValue& value : typed_out) plan.excluded.push_back(fields::filter_term(value));
  // Without words there is no relevance.
  const bool by_date = request.sort == SortOrder::relevance && !wants_words(plan.query);
  plan.order = by_date ? SortOrder::newest_first : request.sort;
  if ((request.from && !request.from->ok()) || (request.to && !request.to->ok())) {
    return fail(ErrorCode::invalid, "Das Datum gibt es nicht.", "There is no such date.");
  }
  if (request.today && !request.today->ok()) {
    return fail(ErrorCode::internal, "", "today is no date");
  }
  if (request.today) plan.today = day_number(*request.today);
  plan_facets(request, plan);
  plan.newer_than = request.newer_than;
  if (request.after) {
    plan.after = decode_cursor(*request.after);
    if (!plan.after || plan.after->sort != plan.order) {
      return fail(ErrorCode::invalid, "Diese Fortsetzung gehört nicht zu dieser Suche.",
                  "This cursor does not belong to this search.");
    }
  }
  plan.limit = std::clamp<std::size_t>(request.limit, 1, hits_a_page_max);
  return plan;
}

}  // namespace dms::search
