#pragma once

// INTERNAL to storage/: the walk over records, indexes and both chains. The content store walks its
// own.

#include "storage/database.h"
#include "storage/integrity.h"

namespace dms::storage {

class Walk;

// Problems told; of a wrecked disk the first thousand say enough.
inline constexpr std::size_t verify_problems_max = 1000;

// Adds what it finds to `report`. Works on one snapshot; safe beside running commits.
Result<void> verify_database(const Database& database, Walk& walk, VerifyReport& report);

}  // namespace dms::storage
