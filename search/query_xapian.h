#pragma once

// Our query tree as Xapian's. Private to search.

#include <xapian.h>

#include <cstdint>
#include <functional>
#include <string_view>

#include "search/query.h"

namespace dms::search {

// What the clauses without a sign of their own demand.
enum class Matching : std::uint8_t {
  all,  // each of them
  any   // one of them; the more, the better. Required and excluded ones stay so
};

// So many documents must have all words, else any of them will do: who types a few words wants all,
// however few documents have them; a pasted title mostly has words that its document has not, and
// the few that have them all are not better than the next. Chosen by measurement:
// tests/relevance/README.md.
std::uint64_t enough_with_all(const Query& query);

// A phrase or a beginning under a field's prefix, in other words than to_xapian()'s own.
using LeafQuery = std::function<Xapian::Query(std::string_view prefix, const QueryItem& item)>;

// Without filters and visibility. A blank query, or one of exclusions only, is everything (but
// them); one without words is MatchNothing.
Xapian::Query to_xapian(const Query& query, Matching matching, const LeafQuery& leaf = nullptr);

}  // namespace dms::search
