#pragma once

// INTERNAL to storage/: what records say they keep alive, held against the references that do keep
// it alive (TableIndexes::contents_of), both ways.

#include <functional>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/integrity.h"
#include "storage/table_indexes.h"

namespace dms::storage {

class Walk;

// A record that names a content which nothing keeps alive for it.
struct MissingReference {
  const TableIndexes* table = nullptr;  // borrowed
  std::string record_key;
  NamedContent named;
};

// References of uneven parts in memory at once, of some hundred bytes each, and a walk over all
// records for so many: lower costs time where much is wrong.
inline constexpr std::uint64_t references_at_once_usual = 1U << 16U;

// Tells of each content that a record names and that is not referenced by it, and of each reference
// whose owner no record knows. Does nothing where no table names contents. Works on one snapshot;
// safe beside running commits. Memory: some megabytes, however many there are.
Result<void> check_references(const Database& database, const std::vector<TableIndexes>& tables,
                              Walk& walk, VerifyReport& report,
                              std::uint64_t references_at_once = references_at_once_usual);

// The first kind alone, for whoever mends it. Visited on a snapshot.
using VisitMissing = std::function<Result<void>(MissingReference)>;
Result<void> find_missing_references(const Database& database,
                                     const std::vector<TableIndexes>& tables, Walk& walk,
                                     const VisitMissing& visit);

// "content <sha256>", with its key domain unless that is the tenant's own.
std::string describe(const ContentId& content);

}  // namespace dms::storage
