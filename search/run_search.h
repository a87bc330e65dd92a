#pragma once

// One search from request to values. Private to search.

#include "search/index.h"
#include "search/index_reader.h"

namespace dms::search {

inline constexpr std::size_t hits_a_page_max = 100;

// Answers one request: match, documents and matched terms, as values. Runs again on a newer reader
// where the writer has overtaken it, three times at most, then `busy`. Thread-safe.
Result<SearchResults> run_search(ReaderPool& readers, const SearchRequest& request,
                                 const Visibility& visible);

}  // namespace dms::search
