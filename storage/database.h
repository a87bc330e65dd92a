#pragma once

// INTERNAL to storage/: one RocksDB database with its families, limits and state of health. RocksDB
// types appear here and in what includes this; public headers do not include it.
//
// Health: the first failed write or fsync makes the database read-only for good (`fail_all`); every
// later write is `unavailable`. The way back is close, reopen, verify. Damaged bytes that a
// compaction meets cost nothing that is written: the tables stay as they are (`damage`).

#include <rocksdb/db.h>
#include <rocksdb/utilities/write_batch_with_index.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/mutex.h"
#include "dms/base/result.h"
#include "storage/column_families.h"

namespace dms::storage {

// Whether a write waits for the disk. Every write goes to the WAL (but for Access::loading); a
// synced one also makes all unsynced ones before it durable.
enum class Durability : std::uint8_t { wal, synced };

// The size from which a database flushes so that WAL files can go (ARCHITECTURE: without a limit
// reopening took 9.6 s).
inline constexpr std::uint64_t wal_bytes_max = 256ULL << 20U;
// The same for a database in which nothing is committed (idle_wal.h).
inline constexpr std::uint64_t idle_wal_bytes_max = 64ULL << 20U;

class Database {
 public:
  enum class Access : std::uint8_t {
    read_write,
    read_only,
    loading  // as read_write, but nothing goes to the WAL: nothing is durable before flush()
  };

  // What the tenants share (StorageEnvironment) and what is this database's own.
  struct Options {
    std::string folder;  // of RocksDB itself: <tenant folder>/db
    std::string name;    // the tenant's, for the log
    Access access = Access::read_write;
    // Empty: all. A part of them only for a look (read-only) that does not replay the others into
    // memory; they must not be touched then.
    std::vector<Family> families;
    std::uint64_t disk_reserve_bytes = 0;  // 0: computed
    // Another mode only for recovery.h, which opens read-only to see what a damaged WAL holds.
    rocksdb::WALRecoveryMode recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    rocksdb::Env* env = nullptr;  // nullptr: the default
    std::shared_ptr<rocksdb::Cache> block_cache;
    std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
    std::shared_ptr<rocksdb::RateLimiter> rate_limiter;
    Log* log = nullptr;
  };

  // Opens or creates all families. The caller has checked the WAL (recovery.h) and holds the lock.
  static Result<std::unique_ptr<Database>> open(Options options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Reads: thread-safe; of the newest state, or of a snapshot where one is given. Errors are those
  // of read_error() below.
  Result<std::optional<std::string>> get(Family family, std::string_view key,
                                         const rocksdb::Snapshot* snapshot = nullptr) const;
  // As above without a copy; false where the key is absent.
  Result<bool> get(Family family, std::string_view key, rocksdb::PinnableSlice& value,
                   const rocksdb::Snapshot* snapshot = nullptr) const;
  std::unique_ptr<rocksdb::Iterator> iterate(Family family,
                                             const rocksdb::ReadOptions& options = {}) const;
  // Released with the returned pointer, which must not outlive the database.
  std::shared_ptr<const rocksdb::Snapshot> snapshot() const;
  // The state after the newest write, as snapshots number it.
  std::uint64_t latest_state() const;

  // Writes: thread-safe; `unavailable` once failed or read-only. A failure makes it so.
  Result<void> write(rocksdb::WriteBatch& batch, Durability durability);
  Result<void> put(Family family, std::string_view key, std::string_view value,
                   Durability durability);
  // Makes every write so far durable.
  Result<void> sync();
  // Moves finished SST files (of sst_options) into the family; visible and durable on return. Keys
  // must not overlap existing ones.
  Result<void> ingest(Family family, const std::vector<std::string>& files);
  using KeyRange = std::pair<std::string, std::string>;  // [first, last)
  Result<void> delete_ranges(Family family, const std::vector<KeyRange>& ranges,
                             Durability durability);
  // Rewrites the range down to the bottom level, so that what was deleted leaves the disk. Slow.
  // `corrupt` where it meets damaged bytes: then all of it stays.
  Result<void> compact(Family family, const KeyRange& range);
  // All of it; `corrupt` at once where damage of it is known.
  Result<void> compact(Family family);
  // Writes out all memtables, so that the next opening has no WAL to replay.
  Result<void> flush();
  // Has it done in the background; a failure there fails the next write.
  Result<void> begin_flush();
  // The WAL that the next opening would replay. Looks at files: not for every write.
  Result<std::uint64_t> wal_bytes() const;

  // `storage_full` where fewer than the reserve plus `bytes` are free on the disk.
  Result<void> check_disk(std::uint64_t bytes) const;
  std::uint64_t disk_reserve_bytes() const { return disk_reserve_bytes_; }

  // Whether writes are accepted; else why not (`unavailable`).
  Result<void> writable() const;
  // Makes the database read-only until it is reopened; the first reason stays.
  void fail_all(std::string_view reason);

  // The first damage that a compaction has met since opening; nullopt: none.
  std::optional<std::string> damage() const;
  bool is_damaged(Family family) const;
  // RocksDB would try again each second, and in the end hold up writes. So compactions of families
  // with damage are to rest until the database is opened again: whether there are any that do not.
  bool must_rest() const { return must_rest_.load(std::memory_order_relaxed); }
  Result<void> rest();

  // For SstFileWriter.
  rocksdb::Options sst_options(Family family) const;
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }
  rocksdb::DB& raw() const { return *database_; }
  Log& log() const { return *options_.log; }
  const std::string& name() const { return options_.name; }

 private:
  class Listener;
  explicit Database(Options options) : options_(std::move(options)) {}
  void note_damage(std::string_view family, const rocksdb::Status& status);
  Result<void> compact(Family family, const rocksdb::Slice* first, const rocksdb::Slice* last);
  Result<void> flush(rocksdb::FlushOptions options);
  // `status` as a Result; a failed write also makes the database read-only.
  Result<void> written(const rocksdb::Status& status, std::string_view what);

  Options options_;
  std::uint64_t disk_reserve_bytes_ = 0;
  std::unique_ptr<rocksdb::Env> env_;  // outlives the database
  std::unique_ptr<rocksdb::DB> database_;
  std::array<rocksdb::ColumnFamilyHandle*, family_count> handles_{};
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
  std::atomic<bool> failed_{false};
  mutable Mutex failure_mutex_;
  std::string failure_ DMS_GUARDED_BY(failure_mutex_);
  std::atomic<bool> must_rest_{false};
  std::string damage_ DMS_GUARDED_BY(failure_mutex_);
  std::map<std::string, bool, std::less<>> rests_ DMS_GUARDED_BY(failure_mutex_);  // by family
};

// A read's failure as an Error: `corrupt` for damaged bytes, `unavailable` where the disk does not
// give them, `internal` for the rest.
Error read_error(const rocksdb::Status& status, std::string_view what);
// How a family is scanned. RocksDB 7.8.3 ends a scan that looks for range deletions, with status
// OK, where it comes from one table to the next and that one's first block is damaged: as if
// nothing came after it. Only the families of chunks have range deletions; whoever scans those must
// make sure of the end (content_verify.cpp).
rocksdb::ReadOptions scan_options(Family family, const rocksdb::ReadOptions& wanted);
// `unavailable`, with what a user should know of a write that failed: it may be there nevertheless.
Error failing_disk(std::string hint);

// What the committer gathers for one write: changes, readable on top of the newest state. One
// thread at a time.
class PendingBatch {
 public:
  explicit PendingBatch(const Database& database);

  void put(Family family, std::string_view key, std::string_view value);
  void erase(Family family, std::string_view key);
  // The newest state with this batch on top.
  Result<std::optional<std::string>> get(Family family, std::string_view key) const;
  std::unique_ptr<rocksdb::Iterator> iterate(Family family,
                                             const rocksdb::ReadOptions& options = {}) const;

  // One save point at a time: everything since it can be taken back.
  void set_save_point();
  void roll_back();
  void keep();

  rocksdb::WriteBatch& batch() { return *changes_.GetWriteBatch(); }
  std::size_t bytes() { return changes_.GetWriteBatch()->GetDataSize(); }
  bool empty() { return changes_.GetWriteBatch()->Count() == 0; }

 private:
  const Database* database_;
  mutable rocksdb::WriteBatchWithIndex changes_;
};

}  // namespace dms::storage
