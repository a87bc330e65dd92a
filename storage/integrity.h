#pragma once

// What walks over a store tell, and how they are held: verification of everything, and the scrub
// that reads all content again and again.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/time.h"

namespace dms::storage {

struct VerifyReport {
  std::uint64_t records = 0;
  std::uint64_t journal_entries = 0;
  std::uint64_t contents = 0;
  std::uint64_t content_bytes = 0;
  // Sealed with a key that was destroyed on purpose: their chunks are there and cannot be read. No
  // problem, and not among the contents.
  std::uint64_t destroyed_contents = 0;
  std::vector<std::string> problems;  // empty: clean. For the operator; names ids only
  std::uint64_t references = 0;       // to contents, held against the records that name these
};

// How a long walk is held and watched.
struct VerifyControl {
  // Borrowed, may be null: set while it runs, it ends the walk as `unavailable`.
  const std::atomic<bool>* is_cancelled = nullptr;
  std::uint64_t content_bytes_per_s_max = 0;  // read; 0: as fast as it goes
  // Told about once a second how far it is, on the walking thread.
  std::function<void(const VerifyReport&)> progress;
};

// How far the present pass through all content is, or how the last one ended.
struct ScrubState {
  Instant begun;
  std::optional<Instant> ended;  // when it had been through all
  std::uint64_t contents = 0;    // read so far
  std::uint64_t content_bytes = 0;
  std::uint64_t damaged = 0;  // among them
};

struct ScrubReport {
  ScrubState state;
  std::vector<std::string> problems;  // found by this call; as of a VerifyReport
};

// What Store::rebuild_index_entries() found and did.
struct IndexRebuild {
  std::uint64_t records = 0;          // looked at
  std::uint64_t added = 0;            // entries that were missing
  std::uint64_t removed = 0;          // entries that no record has
  std::vector<std::string> problems;  // left: unreadable records, two with one unique key
};

}  // namespace dms::storage
