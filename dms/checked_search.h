#pragma once

// One page of what the index finds, each hit checked once more against today's records. Private to
// dms.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "search/index.h"

namespace dms {

inline constexpr std::size_t search_limit_max = 100;

template <class Hit>
struct CheckedPage {
  std::vector<Hit> hits;
  std::optional<std::string> next;   // raw cursor
  std::uint64_t total_estimate = 0;  // of what the asker may see
  std::vector<search::FacetCounts> facets;
  bool is_query_shortened = false;
  bool is_beginning_shortened = false;
};

// `find` asks the index: Result<SearchResults>(const SearchRequest&). `check` keeps what may be
// shown today: Result<std::vector<Hit>>(const std::vector<search::Hit>&). Where hits are dropped,
// some further pages are looked at to fill this one.
template <class Hit, class Find, class Check>
Result<CheckedPage<Hit>> search_checked(search::SearchRequest request, Find&& find, Check&& check) {
  constexpr int refills_max = 3;
  const std::size_t limit = std::clamp<std::size_t>(request.limit, 1, search_limit_max);
  CheckedPage<Hit> page;
  for (int round = 0; round <= refills_max && page.hits.size() < limit; ++round) {
    request.limit = limit - page.hits.size();
    const search::SearchResults results = DMS_TRY(find(request));
    std::vector<Hit> hits = DMS_TRY(check(results.hits));
    const std::size_t dropped = results.hits.size() - hits.size();
    if (round == 0) {
      page.total_estimate = results.total_estimate;
      page.facets = results.facets;
      page.is_query_shortened = results.is_query_shortened;
      page.is_beginning_shortened = results.is_beginning_shortened;
      request.facets.clear();
    }
    page.total_estimate -= std::min<std::uint64_t>(dropped, page.total_estimate);
    std::move(hits.begin(), hits.end(), std::back_inserter(page.hits));
    page.next = results.next;
    if (!results.next) break;
    request.after = results.next;
  }
  return page;
}

}  // namespace dms
