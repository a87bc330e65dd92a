#pragma once

// INTERNAL to storage/: what was erased leaves the disk.
//
// A deletion in RocksDB is a note that lies above the value; both go when one compaction meets
// both. In a small store that may be never: nothing is compacted below four files of the first
// level, `ttl` passes over the last level in use, and `periodic_compaction_seconds` rewrites each
// file by itself.

#include <cstdint>
#include <string>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/base/result.h"
#include "storage/database.h"

namespace dms::storage {

// Erased details of the journal leave tables and WAL. Erased and replaced records and their index
// entries, which there are at all times, do so once a table is 30 days old by the Env's clock. What
// a snapshot still shows stays for the next time. Slow where there is something to do; safe beside
// running commits.
Result<void> compact_erased(Database& database);

// Has what was erased leave the disk now, and tells whether it has. Thread-safe; one run at a time,
// the others wait.
class ErasedPurge {
 public:
  explicit ErasedPurge(Database& database) : database_(database) {}

  // True where nothing that was erased before `mark` (Database::latest_state()) is left in a table
  // or the WAL. False where a snapshot from before the mark still shows it, or a file that holds it
  // is still in use, by an iterator or a backup: to be asked again. Compacts at most once a mark.
  // Slow.
  Result<bool> run(std::uint64_t mark);

 private:
  Result<void> compact() DMS_REQUIRES(mutex_);
  Result<bool> has_left() DMS_REQUIRES(mutex_);

  Database& database_;
  Mutex mutex_;
  std::uint64_t compacted_through_ DMS_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> leaving_ DMS_GUARDED_BY(mutex_);  // paths that may still be there
};

}  // namespace dms::storage
