#pragma once

// One tenant's truth: records, journal and content in one RocksDB database that this header hides.
//
// A Store is opened on a folder that it owns alone (a lock file). Everything is thread-safe. A
// write or fsync error makes it read-only (`unavailable`) until it is closed, reopened and
// verified.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/backup.h"
#include "storage/commit.h"
#include "storage/content.h"
#include "storage/content_keys.h"
#include "storage/integrity.h"
#include "storage/journal_event.h"
#include "storage/table_indexes.h"
#include "storage/view.h"

namespace dms::storage {

// What all stores of a process share: block cache, write buffer budget, rate limiter, background
// threads, the committers' pool. Outlives every store. Thread-safe.
class StorageEnvironment {
 public:
  struct Options {
    std::size_t block_cache_bytes = 64U << 20U;   // shared by all tenants
    std::size_t write_buffer_bytes = 64U << 20U;  // of all tenants, charged to the cache
    std::size_t committer_threads = 2;
    int background_threads = 2;
  };
  StorageEnvironment(Options options, const Clock& clock, Log& log, MetricsRegistry& metrics);
  ~StorageEnvironment();
  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// What is kept free below stores whose options name no reserve (0).
std::uint64_t usual_disk_reserve(std::uint64_t write_buffer_bytes);

struct StoreOptions {
  std::string folder;                            // created 0700 where absent
  std::string name;                              // the tenant's id, for log and metrics
  std::uint64_t disk_reserve_bytes = 0;          // 0: the usual one
  std::uint64_t content_size_max = 8ULL << 30U;  // bytes a file
  std::uint32_t reads_kept_days = 0;  // entries of reads older than so many are dropped; 0: none
  enum class Access : std::uint8_t { read_write, read_only } access = Access::read_write;
  // What lies in the store, as far as its indexes are to be built, mended and verified.
  std::vector<TableIndexes> tables = {};
  // What content is sealed with; nullptr: new content is in the clear, and sealed content cannot be
  // read.
  std::shared_ptr<ContentKeys> content_keys = nullptr;
};

// Decides on a state: reads through the view, returns what to change. Pure but for those reads; may
// be called more than once, on any thread.
using Decide = std::function<Result<Commit>(const View&)>;

struct Committed {
  std::uint64_t first_sequence = 0;  // of its events; 0 where it appended none
  std::uint64_t last_sequence = 0;
  Instant time;  // of its events
};

class Store {
 public:
  // Opens or creates. `corrupt` where the history is damaged (never opened as a shorter one),
  // `conflict` where another process has it, `unsupported` where a newer version wrote it.
  static Result<std::unique_ptr<Store>> open(StorageEnvironment& environment, StoreOptions options);
  virtual ~Store() = default;  // waits for what is being committed, closes

  // The id this store was given at its creation; derived data names it.
  virtual Uuid id() const = 0;

  // Runs `read` on a snapshot of now. Returns what it returns.
  template <class T>
  Result<T> read(const std::function<Result<T>(const View&)>& read) const;
  // Runs `decide`, commits, and returns when the commit is durable. Blocks: call it on a lane.
  virtual Result<Committed> commit(const Decide& decide) = 0;

  // The journal. `read_journal` returns entries with sequence > after, ascending, at most `limit`.
  virtual JournalPosition journal_head() const = 0;
  virtual Result<std::vector<JournalEntry>> read_journal(std::uint64_t after,
                                                         std::size_t limit) const = 0;
  // Newest first, entries about `object` or with it as parent; before = 0 starts at the head.
  virtual Result<std::vector<JournalEntry>> read_journal_of(const Uuid& object,
                                                            std::uint64_t before,
                                                            std::size_t limit) const = 0;
  // A number that grows with every commit: as long as it stands, nothing read from records has
  // changed. Ask for it before reading what it is to vouch for. Takes no lock.
  virtual std::uint64_t state_number() const = 0;
  // The chain hash after `sequence`; nullopt beyond the head.
  virtual Result<std::optional<Sha256Digest>> journal_hash(std::uint64_t sequence) const = 0;
  // Calls `listener(head)` after each group of commits with events and before its answers, on the
  // committer's thread: it must only signal. Returns what remove_commit_listener() takes.
  using CommitListener = std::function<void(std::uint64_t)>;
  virtual std::uint64_t add_commit_listener(CommitListener listener) = 0;
  // Waits for a running call; so not from within one.
  virtual void remove_commit_listener(std::uint64_t id) = 0;

  // Adds to the chain of reads: in the WAL when it returns, fsynced within a second.
  virtual Result<void> append_read(const ReadEvent& event) = 0;
  // Entries of that chain before `before`, newest first, at most `limit`.
  virtual Result<std::vector<RecordedRead>> read_reads(ReadPlace before,
                                                       std::size_t limit) const = 0;

  // Content.
  virtual Result<std::unique_ptr<ContentWriter>> write_content(KeyDomain domain) = 0;
  virtual Result<std::shared_ptr<ContentReader>> read_content(const ContentId& content) const = 0;
  // Whose refs keep it alive, at most `limit` of them; of the newest state, not of a view's.
  virtual Result<std::vector<Uuid>> content_owners(const ContentId& content,
                                                   std::size_t limit) const = 0;
  // Stores the bytes of a damaged content once more, from another store's: true where it was
  // damaged and is whole now, false where nothing was wrong (all of it is read). `corrupt` where
  // what `source` gives is not that content.
  virtual Result<bool> repair_content(const ContentReader& source) = 0;
  // Removes what has no ref, no lease and no intent younger than a day. Returns bytes freed. Also
  // lets erased details of the journal leave the disk, and erased records that are a month old.
  virtual Result<std::uint64_t> sweep_content() = 0;
  // How far a content is that was released. Not for every day: it may look at all that is being
  // swept.
  virtual Result<ContentState> content_state(const ContentId& content) const = 0;

  // What was erased leaves the disk now: records, index entries, details of the journal, refs and
  // manifests. A mark lies behind everything that has been committed.
  virtual std::uint64_t erasure_mark() const = 0;
  // True where nothing that was erased before `mark` is left in tables or WAL; false where
  // something that is read at this moment, or a backup, still keeps it: ask again, with the same
  // mark. Content is swept first (sweep_content). Slow; safe beside running commits. Not covered:
  // the ends of tables' key ranges, which the manifest keeps until the next opening.
  virtual Result<bool> purge_erased(std::uint64_t mark) = 0;

  // Walks everything: records, indexes (those of StoreOptions::tables entry by entry), what these
  // tables' records name against the references to contents, both chains, every content's bytes and
  // refs. Slow; safe beside running commits.
  virtual Result<VerifyReport> verify(const VerifyControl& control) const = 0;
  Result<VerifyReport> verify() const { return verify(VerifyControl{}); }
  // The same without content and who refers to it: time goes with the number of records, not with
  // the size of files.
  virtual Result<VerifyReport> verify_records(const VerifyControl& control) const = 0;

  // Goes on with the pass through all content, or begins another where it has ended: reads and
  // hashes until `bytes_max` are read or all. How far it came stays in the store. One at a time;
  // safe beside everything else. `control.progress` is not used.
  virtual Result<ScrubReport> scrub(std::uint64_t bytes_max, const VerifyControl& control) = 0;
  // nullopt: none was ever begun.
  virtual Result<std::optional<ScrubState>> scrub_state() const = 0;

  // Makes the entries of all indexes of a table what its records say; `internal` for one that
  // StoreOptions::tables does not name. Slow; in steps, each a group of its own, so that a kill
  // leaves mended what was. Safe beside running commits, but for a unique key that had no entry:
  // somebody may be taking it.
  virtual Result<IndexRebuild> rebuild_index_entries(std::string_view table) = 0;
  // The same for all of StoreOptions::tables and for the journal's entries by object, which follow
  // from its envelopes ("journal"). References that records should have and have not are added
  // where the content is there ("references"); none is taken away.
  virtual Result<std::map<std::string, IndexRebuild>> rebuild_derived() = 0;

  // Makes a generation of a backup and proves it (backup.h). Slow; safe beside running commits. One
  // at a time: `busy` while another runs. `conflict` where the folder's newest generation is not of
  // this store's history. Trouble of the backup's disk is the backup's alone; where it is the
  // store's, too, copying ends before the reserve is touched. No table file leaves the disk
  // meanwhile.
  virtual Result<BackupGeneration> back_up(const BackupOptions& options) = 0;

  // Whether writes are accepted; else why not: `storage_full` below the disk reserve, which passes
  // when there is room again (what frees space runs on); `unavailable` after a failed write, until
  // the store is closed and opened again. Asks the file system.
  virtual Result<void> writable() const = 0;
  // The first damage among what is stored that was met since opening, while it was put in order
  // (that rests there until it is opened again), for an operator; nullopt: none so far. All else is
  // read and written as ever.
  virtual std::optional<std::string> damage() const = 0;
  // Whether opening a failed store again is worth a try: its disk has room and takes a synced
  // write. May take as long as the disk does.
  virtual Result<void> try_disk() const = 0;

 protected:
  // Runs `read` on a fresh snapshot.
  virtual Result<void> with_snapshot(
      const std::function<Result<void>(const View&)>& read) const = 0;
};

template <class T>
Result<T> Store::read(const std::function<Result<T>(const View&)>& read) const {
  std::optional<Result<T>> answer;
  const Result<void> ran = with_snapshot([&](const View& view) -> Result<void> {
    answer = read(view);
    return {};
  });
  if (!ran) return fail(ran.error());
  return std::move(*answer);
}

}  // namespace dms::storage
