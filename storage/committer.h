#pragma once

// INTERNAL to storage/: one tenant's committer. Lanes decide on a snapshot and queue here; a thread
// of the shared pool takes all that wait, decides again where something read has changed since,
// assigns sequences, chains hashes, writes one batch with one fsync, and answers each.
//
// A failed write or fsync fails all that wait, drops the chain's head, and nothing is accepted
// until the store is reopened (Database::fail_all).

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/mutex.h"
#include "storage/acknowledged.h"
#include "storage/changes.h"
#include "storage/content_store.h"
#include "storage/database.h"
#include "storage/environment.h"
#include "storage/journal.h"
#include "storage/read_set.h"
#include "storage/reads_chain.h"
#include "storage/serial_writer.h"
#include "storage/store.h"

namespace dms::storage {

// Thread-safe.
class Committer final : public SerialWriter {
 public:
  // All borrowed. `acknowledged` is nullptr for a database that is read-only. `last` is the last
  // group on disk.
  Committer(Database& database, StorageEnvironment::State& environment, ReadsChain& reads,
            AcknowledgedFile* acknowledged, LastGroup last);
  ~Committer() override;  // stops

  // Once, before the first commit.
  void set_content(ContentStore& content) { content_ = &content; }

  Result<Committed> commit(const Decide& decide);
  Result<void> run_serial(std::function<Result<void>(PendingBatch&)> work) override;
  // Queues a decide of our own and does not wait; a failure is logged.
  void post(Decide decide);
  // As run_serial, but does not wait; a failure is logged.
  void post_serial(std::function<Result<void>(PendingBatch&)> work);
  // Queues an fsync of what is in the WAL and does not wait.
  void post_sync();
  // Refuses what comes, waits for what was queued. Idempotent.
  void stop();

  LastGroup last() const;
  // The number of last(), without a lock. It has grown before any of a group's commits is answered.
  std::uint64_t group_number() const { return group_number_.load(std::memory_order_acquire); }
  // Requests that wait for a group.
  std::size_t queued() const;
  // See Store::add_commit_listener().
  std::uint64_t add_listener(Store::CommitListener listener);
  void remove_listener(std::uint64_t id);

 private:
  struct Request;
  struct Group;  // what is being gathered for one write

  std::future<Result<Committed>> enqueue(std::unique_ptr<Request> request);
  bool run();  // whether more waits
  std::vector<std::unique_ptr<Request>> take();
  void process(std::vector<std::unique_ptr<Request>>& requests);
  Result<Committed> apply(Request& request, Group& group);
  Result<Committed> apply_work(Request& request, Group& group);
  Result<Committed> apply_changes(const Commit::Changes& changes, Group& group);
  // What can refuse a commit; the caller takes back what it wrote then.
  Result<void> apply_checked(const Commit::Changes& changes, Group& group);
  Result<void> apply_content(const Commit::Changes::ContentChange& change, PendingBatch& batch);
  Result<void> write(Group& group);
  void log_failure(const Error& error);
  void tell_listeners(std::uint64_t sequence);

  Database& database_;
  StorageEnvironment::State& environment_;
  ReadsChain& reads_;
  AcknowledgedFile* acknowledged_;
  ContentStore* content_ = nullptr;
  Counter& commits_;
  Counter& groups_;
  Counter& redecided_;
  Histogram& write_seconds_;

  RecentWrites recent_;  // only touched by run(), which never runs twice at a time
  mutable Mutex mutex_;
  Condition idle_;
  std::vector<std::unique_ptr<Request>> waiting_ DMS_GUARDED_BY(mutex_);
  bool scheduled_ DMS_GUARDED_BY(mutex_) = false;
  bool stopping_ DMS_GUARDED_BY(mutex_) = false;
  bool sync_queued_ DMS_GUARDED_BY(mutex_) = false;
  LastGroup last_ DMS_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> group_number_;

  Mutex listener_mutex_;
  std::map<std::uint64_t, Store::CommitListener> listeners_ DMS_GUARDED_BY(listener_mutex_);
  std::uint64_t listeners_made_ DMS_GUARDED_BY(listener_mutex_) = 0;
};

}  // namespace dms::storage
