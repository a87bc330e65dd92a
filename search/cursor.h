#pragma once

// The place after a hit, as it travels to the client and back (authenticated by the server, but
// read here as if it were not). Private to search.

#include <xapian.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/base/id.h"
#include "search/index.h"
#include "search/query_xapian.h"

namespace dms::search {

struct Cursor {
  SortOrder sort = SortOrder::relevance;
  Matching matching = Matching::all;  // what the first page came to
  // The hit's rank, counted from one, when it was shown: a hint how far to look, and by relevance
  // the place to go on from should the document be gone.
  std::uint32_t rank = 0;
  Uuid document;
  // By date, the hit's place: its day, then its id in the index.
  std::int32_t day = 0;
  Xapian::docid id = 0;
};

std::string encode_cursor(const Cursor& cursor);
// nullopt for anything that encode_cursor() does not write.
std::optional<Cursor> decode_cursor(std::string_view bytes);

}  // namespace dms::search
