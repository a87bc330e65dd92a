#pragma once

// Filters that are typed into the query ("art:Rechnung von:2024"). Private to search.

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "search/document.h"
#include "search/query.h"

namespace dms::search {

struct FirstDay {
  Date day;
};
struct LastDay {
  Date day;
};
using TypedFilter = std::variant<QueryFilter, FirstDay, LastDay>;

enum class FilterName : std::uint8_t { type, status, from, to };

// "art", "typ", "type", "status", "von", "from", "bis", "to", in any case.
std::optional<FilterName> filter_named(std::string_view name);

// nullopt where there is no such value or day: "Rechnung" as `words` know it; 2.3.2026, 2026-03-02,
// 3.2026, 2026-03, 2026, the latter ones whole months and years.
std::optional<TypedFilter> read_filter(FilterName name, std::string_view value,
                                       std::span<const FilterWord> words);

}  // namespace dms::search
