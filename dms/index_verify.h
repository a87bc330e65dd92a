#pragma once

// Holds a search index against the records and stored texts that it is made from.

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "dms/base/result.h"
#include "storage/store.h"

namespace dms {

struct IndexVerifyReport {
  std::uint64_t documents = 0;        // and inbound items, held against the index
  std::vector<std::string> problems;  // empty: clean. For the operator; names ids only
};

struct IndexVerifyControl {
  // Borrowed, may be null: set while it runs, it ends the walk as `unavailable`.
  const std::atomic<bool>* is_cancelled = nullptr;
  // Asked before each document; its error ends the walk. nullptr: nothing.
  std::function<Result<void>()> goes_on = nullptr;
  // Told now and then, on the calling thread.
  std::function<void(const IndexVerifyReport&)> progress;
};

// `folder` holds the store's index, or a copy of it, that nobody writes to meanwhile. The store may
// be worked with: what changed after the index' position is left out. An index that cannot be
// opened is a problem, not an error.
Result<IndexVerifyReport> verify_index(const storage::Store& store, const std::string& folder,
                                       const IndexVerifyControl& control);

}  // namespace dms
