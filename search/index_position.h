#pragma once

// How an index says which state of its source it reflects. Private to search.

#include <xapian.h>

#include <cstdint>
#include <optional>
#include <string>

#include "search/document.h"

namespace dms::search {

// With the next commit. The format and analysis version are there since the index was made.
void write_position(Xapian::WritableDatabase& database, const IndexPosition& position);

// nullopt where none was ever written. Throws Xapian's errors: DatabaseVersionError for an index of
// another format or analysis, DatabaseCorruptError for a damaged position.
std::optional<IndexPosition> read_position(const Xapian::Database& database,
                                           const std::string& analysis);

// How many documents were written or removed since the index was packed. What is damaged reads as
// 0: it says only when to pack again.
void write_unpacked(Xapian::WritableDatabase& database, std::uint64_t documents);
std::uint64_t read_unpacked(const Xapian::Database& database);

}  // namespace dms::search
