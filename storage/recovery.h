#pragma once

// INTERNAL to storage/: tells damage from a torn tail before RocksDB opens a database for writing.
// Nothing here writes: a damaged WAL stays as it was found.
//
// Two read-only openings replay the WAL: one stops at the first damaged record (what recovery would
// keep), one skips damage and reads on (what was there). The difference, and what was acknowledged,
// tell whether the history would become shorter.

#include "dms/base/result.h"
#include "storage/acknowledged.h"
#include "storage/database.h"

namespace dms::storage {

// Opens fine, or says why it must not: `corrupt` with a hint that names what is missing,
// `unsupported` where there are families of a newer program. `folder` is the tenant's; a database
// that does not exist yet, or whose creation was interrupted, is fine, unless something was
// acknowledged in it.
Result<void> check_history(int folder, const Database::Options& options);

// What a replay of the WAL shows.
struct Replayed {
  LastGroup group;
  ReadsPosition reads;
};

// Pure: whether `kept` (what recovery would keep) lacks something, given what else was `seen`
// behind damage and what was acknowledged.
Result<void> compare_history(const Replayed& kept, const Replayed& seen,
                             const std::optional<Acknowledged>& acknowledged);

}  // namespace dms::storage
