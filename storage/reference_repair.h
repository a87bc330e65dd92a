#pragma once

// INTERNAL to storage/: references that records should have, made anew where the content is there.

#include <vector>

#include "storage/committer.h"
#include "storage/integrity.h"
#include "storage/table_indexes.h"

namespace dms::storage {

// Adds each missing reference (reference_check.h) whose content is stored, in commits of their own;
// what is not stored is told. Never takes one away: what no record names may be a record's that
// was lost. Safe beside running commits.
Result<IndexRebuild> add_missing_references(const Database& database, Committer& committer,
                                            const std::vector<TableIndexes>& tables);

}  // namespace dms::storage
