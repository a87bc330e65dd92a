#pragma once

// INTERNAL to storage/: walking a table and its index entries, step by step, until the entries are
// what the records say. Each step is right whatever is committed between two of them, for it works
// in the committer's order and commits follow the same declaration.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/index_states.h"
#include "storage/store.h"

namespace dms::storage {

// An index entry as it lies in family indexes; its value is the record's key.
struct IndexEntry {
  std::string_view index;  // borrowed from the declaration
  std::string key;
};
// The entries that `stored`, a record of `table` under `record_key`, should have.
Result<std::vector<IndexEntry>> entries_of(const TableIndexes& table, std::string_view record_key,
                                           std::string_view stored);
// Whether `key` is among them.
bool has_entry(const std::vector<IndexEntry>& entries, std::string_view key);

struct IndexWalk {
  std::set<std::string> indexes;  // those looked after
  IndexWalkPart part = IndexWalkPart::sweep;
  std::string place;     // of the part: the last key looked at, "" at its beginning
  IndexRebuild outcome;  // so far

  static IndexWalk over_all(const TableIndexes& table);
};

// Goes on for a few hundred keys: some ten milliseconds in which commits wait. Changes `walk` only
// where it succeeds.
Result<void> walk_on(PendingBatch& batch, const TableIndexes& table, IndexWalk& walk);

}  // namespace dms::storage
