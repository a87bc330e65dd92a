#pragma once

// INTERNAL to storage/: what was erased leaves the disk.
//
// A deletion in RocksDB is a note that lies above the value; both go when one compaction meets
// both. In a small store that may be never: nothing is compacted below four files of the first
// level, `ttl` passes over the last level in use, and `periodic_compaction_seconds` rewrites each
// file by itself.

#include "dms/base/result.h"
#include "storage/database.h"

namespace dms::storage {

// Erased details of the journal leave tables and WAL. Erased and replaced records and their index
// entries, which there are at all times, do so once a table is 30 days old by the Env's clock. What
// a snapshot still shows stays for the next time. Slow where there is something to do; safe beside
// running commits.
Result<void> compact_erased(Database& database);

}  // namespace dms::storage
