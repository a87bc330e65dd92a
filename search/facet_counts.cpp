#include "search/facet_counts.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>

namespace dms::search {

namespace {

// Of one facet: beyond it nobody reads.
constexpr std::size_t values_max = 50;

int year_of(std::int32_t day) {
  const std::chrono::sys_days date{std::chrono::days{day}};
  return static_cast<int>(std::chrono::year_month_day{date}.year());
}

}  // namespace

FacetCounter::FacetCounter(const Columns& columns, const FacetChoice& choice,
                           const AdmittedDocuments& admitted)
    : columns_(columns), choice_(choice), admitted_(admitted) {
  for (std::size_t i = 0; i < column_facets; ++i) {
    const auto& values = columns.values[i];
    Column& column = counted_[i];
    if (choice.values[i].empty()) continue;
    const std::set<std::string_view> chosen(choice.values[i].begin(), choice.values[i].end());
    column.chosen.resize(values.size() + 1);  // not empty, though no document has the value
    for (std::size_t ordinal = 0; ordinal < values.size(); ++ordinal) {
      column.chosen[ordinal] = chosen.contains(values.at(ordinal));
    }
  }
}

bool FacetCounter::fits(std::size_t column, const DocumentRow& row) const {
  const std::vector<bool>& chosen = counted_[column].chosen;
  return chosen.empty() || (row.facets[column] > 0 && chosen[row.facets[column] - 1]);
}

bool FacetCounter::may_tell(std::size_t column, Xapian::docid document,
                            const DocumentRow& row) const {
  if (row.facets[column] == 0) return false;
  return column != column_of(Facet::unit) || admitted_.is_of_visible_group(document, row);
}

bool FacetCounter::fits_days(const DocumentRow& row) const {
  return row.day >= choice_.days.first && row.day <= choice_.days.last;
}

bool FacetCounter::fits(const DocumentRow& row) const {
  if (!fits_days(row)) return false;
  for (std::size_t i = 0; i < column_facets; ++i) {
    if (!fits(i, row)) return false;
  }
  return true;
}

bool FacetCounter::count(Xapian::docid document, const DocumentRow& row) {
  // The one facet whose choice the document does not fit; with two of them it counts nowhere.
  std::optional<std::size_t> misfit;
  if (!fits_days(row)) misfit = column_facets;
  for (std::size_t i = 0; i < column_facets; ++i) {
    if (fits(i, row)) continue;
    if (misfit) return false;
    misfit = i;
  }
  for (std::size_t i = 0; i < column_facets; ++i) {
    if (misfit && *misfit != i) continue;
    if (!may_tell(i, document, row)) continue;
    std::vector<std::uint64_t>& counts = counted_[i].counts;
    if (counts.empty()) counts.resize(columns_.values[i].size());
    ++counts[row.facets[i] - 1];
  }
  if (!misfit || *misfit == column_facets) ++years_[year_of(row.day)];
  return !misfit;
}

std::vector<FacetCount> FacetCounter::values_of(Facet facet) const {
  std::vector<FacetCount> values;
  if (facet == Facet::year) {
    for (const auto& [year, count] : years_) values.push_back({std::to_string(year), count});
    return values;
  }
  const std::size_t column = column_of(facet);
  for (std::size_t i = 0; i < counted_[column].counts.size(); ++i) {
    const std::uint64_t count = counted_[column].counts[i];
    if (count > 0) values.push_back({columns_.values[column].at(i), count});
  }
  for (const std::string& chosen : choice_.values[column]) {
    const bool there = std::any_of(values.begin(), values.end(),
                                   [&](const FacetCount& value) { return value.value == chosen; });
    if (!there) values.push_back({chosen, 0});
  }
  return values;
}

std::vector<FacetCounts> FacetCounter::counts(const std::vector<Facet>& wanted) const {
  std::vector<FacetCounts> all;
  for (const Facet facet : wanted) {
    FacetCounts counts{facet, values_of(facet), 0};
    const auto is_chosen = [&](const FacetCount& value) {
      if (facet == Facet::year) return false;
      const auto& chosen = choice_.values[column_of(facet)];
      return std::find(chosen.begin(), chosen.end(), value.value) != chosen.end();
    };
    std::sort(counts.values.begin(), counts.values.end(),
              [](const FacetCount& a, const FacetCount& b) {
                return a.count != b.count ? a.count > b.count : a.value < b.value;
              });
    if (counts.values.size() > values_max) {
      const auto rest =
          std::stable_partition(counts.values.begin() + values_max, counts.values.end(), is_chosen);
      counts.other = std::accumulate(
          rest, counts.values.end(), std::uint64_t{0},
          [](std::uint64_t sum, const FacetCount& value) { return sum + value.count; });
      counts.values.erase(rest, counts.values.end());
    }
    all.push_back(std::move(counts));
  }
  return all;
}

}  // namespace dms::search
