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
  std::uint32_t rank = 0;             // of the hit, counted from one, when it was shown: a hint
                                      // how far to look
  Uuid document;
  // The hit's place should the document be gone: its sort key, then its id in the index.
  Xapian::docid id = 0;
  double weight = 0;     // relevance
  std::int32_t day = 0;  // by date
};

std::string encode_cursor(const Cursor& cursor);
// nullopt for anything that encode_cursor() does not write.
std::optional<Cursor> decode_cursor(std::string_view bytes);

}  // namespace dms::search
