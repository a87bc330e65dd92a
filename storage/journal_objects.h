#pragma once

// INTERNAL to storage/: making the journal's entries by object anew out of its envelopes, step by
// step. Each step is right whatever is committed between two of them.

#include <cstdint>
#include <string>

#include "storage/database.h"
#include "storage/integrity.h"

namespace dms::storage {

struct JournalObjectsWalk {
  std::string swept;         // of the entries by object: the last one looked at
  bool is_swept = false;     // all were
  std::uint64_t filled = 0;  // the journal's entries up to here have theirs
  bool is_done = false;
  IndexRebuild outcome;  // so far
};

// Goes on for a few hundred entries: some ten milliseconds in which commits wait.
Result<void> walk_on(PendingBatch& batch, JournalObjectsWalk& walk);

}  // namespace dms::storage
