#pragma once

// INTERNAL to storage/: the part of verification that needs to know the tables.

#include <vector>

#include "storage/database.h"
#include "storage/integrity.h"
#include "storage/table_indexes.h"

namespace dms::storage {

class Walk;

// Tells of each entry that a record should have and has not, and of each that no record should
// have. Entries of absent records are left to verify_database(), indexes that are not built yet to
// those who build them. Works on one snapshot; safe beside running commits.
Result<void> check_indexes(const Database& database, const std::vector<TableIndexes>& tables,
                           Walk& walk, VerifyReport& report);

}  // namespace dms::storage
