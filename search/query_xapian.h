#pragma once

// Our query tree as Xapian's. Private to search.

#include <xapian.h>

#include <cstdint>

#include "search/query.h"

namespace dms::search {

// What the clauses without a sign of their own demand.
enum class Matching : std::uint8_t {
  all,  // each of them
  any   // one of them; the more, the better. Required and excluded ones stay so
};

// The matching to begin with: few words mean all of them, a pasted title mostly holds one that
// the document has not. Chosen by measurement: tests/relevance.
Matching first_matching(const Query& query);

// Without filters and visibility. A blank query, or one of exclusions only, is everything (but
// them); one without words is MatchNothing.
Xapian::Query to_xapian(const Query& query, Matching matching);

}  // namespace dms::search
