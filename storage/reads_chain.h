#pragma once

// INTERNAL to storage/: the second chain, of who read what. Entries lie in one segment a day (UTC);
// when a day is over its segment is sealed by an event of the main chain that names its length and
// its ends. Segments older than the reads are kept are dropped as a whole: an event says so, and
// then they are removed. Layouts: README.md, for ever.
//
// Thread-safe.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/mutex.h"
#include "dms/base/time.h"
#include "storage/acknowledged.h"
#include "storage/commit.h"
#include "storage/database.h"
#include "storage/journal_event.h"

namespace dms::storage {

// An entry as stored.
struct ReadEntry {
  std::uint32_t day = 0;     // days since 1970-01-01, UTC
  std::uint64_t number = 0;  // in its segment, from 1
  Instant time;
  ReadEvent event;
  Sha256Digest previous;  // hash of the entry before, also across segments; zero for the first
};
std::string encode_read_entry(const ReadEntry& entry);
std::optional<ReadEntry> decode_read_entry(std::string_view bytes);
std::string read_entry_key(std::uint32_t day, std::uint64_t number);

// A whole segment, as its seal describes it.
struct ReadSegment {
  std::uint32_t day = 0;
  std::uint64_t entries = 0;
  Sha256Digest previous;  // what its first entry names
  Sha256Digest last;      // hash of its last entry
};
inline constexpr std::string_view reads_sealed_kind = "reads.sealed";
std::string seal_detail(const ReadSegment& segment);
std::optional<ReadSegment> parse_seal_detail(std::string_view json);

// Says that the segments through a day are gone, on purpose.
inline constexpr std::string_view reads_dropped_kind = "reads.dropped";
std::optional<std::uint32_t> parse_drop_detail(std::string_view json);  // the day

// The counters that say through which day segments are sealed, and dropped.
inline constexpr std::string_view reads_dropped_counter = "storage.reads_dropped_through";
inline constexpr std::string_view reads_sealed_counter = "storage.reads_sealed_through";

std::uint32_t day_of(Instant time);

// The end of the chain as the database shows it.
Result<ReadsPosition> read_reads_head(const Database& database);

class ReadsChain {
 public:
  ReadsChain(Database& database, const Clock& clock, Uuid store_id)
      : database_(database), clock_(clock), store_id_(store_id) {}

  // Reads the chain's end. Once, before anything else.
  Result<void> load();
  // Writes an entry to the WAL, unsynced.
  Result<void> append(const ReadEvent& event);
  ReadsPosition head() const;

  // The last of the entries known to be on disk; what follows them waits for a sync.
  void mark_synced(const ReadsPosition& position);
  bool sync_due() const;

  // Closes the segments of days gone by: from now on nothing is added to them. True where one of
  // them was open till now, so that seal() is to be committed; should that fail, the next day's
  // seal, or the one after the next opening, makes up for it.
  bool close_past_segments();
  // The decide that seals what is closed.
  Result<Commit> seal(const View& view) const;

  // True once a day, and after opening, where entries are kept for `kept_days` only (0: for ever):
  // drop() is to be committed, and then remove_dropped() to be called.
  bool drop_is_due(std::uint32_t kept_days);
  // The decide that drops sealed segments which ended more than `kept_days` ago.
  Result<Commit> drop(const View& view, std::uint32_t kept_days) const;
  // Removes some of the entries of what is dropped; true where there are more. Idempotent: what a
  // kill leaves, the next opening takes.
  Result<bool> remove_dropped();

 private:
  std::uint32_t writing_day() const DMS_REQUIRES(mutex_);

  Database& database_;
  const Clock& clock_;
  const Uuid store_id_;
  mutable Mutex mutex_;
  ReadsPosition head_ DMS_GUARDED_BY(mutex_);
  ReadsPosition synced_ DMS_GUARDED_BY(mutex_);
  // The last day nothing is added to. Written under mutex_.
  std::atomic<std::uint32_t> closed_day_{0};
  std::atomic<std::uint32_t> looked_for_old_{0};  // the day of the last look
};

// Entries before `before`, newest first, at most `limit`.
Result<std::vector<RecordedRead>> read_reads(const Database& database, ReadPlace before,
                                             std::size_t limit);

// The closed segments after `after_day` up to `through_day`, ascending.
Result<std::vector<ReadSegment>> read_segments(const Database& database, std::uint32_t after_day,
                                               std::uint32_t through_day);

}  // namespace dms::storage
