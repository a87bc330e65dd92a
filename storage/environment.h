#pragma once

// INTERNAL to storage/: what all stores of a process share.

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/write_buffer_manager.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "dms/base/mutex.h"
#include "storage/database.h"
#include "storage/store.h"

namespace dms::storage {

// The committers' threads. A committer has at most one task here, so the queue is as long as the
// number of open tenants and tenants take turns. Thread-safe.
class CommitterPool {
 public:
  explicit CommitterPool(std::size_t threads);
  ~CommitterPool();  // runs what is queued, joins
  CommitterPool(const CommitterPool&) = delete;
  CommitterPool& operator=(const CommitterPool&) = delete;
  // True: to be run again, after the others that wait, and by the same thread if there are none.
  using Task = std::function<bool()>;
  // Exhausted memory ends the process here, rather than leave a committer that nobody runs.
  void post(Task task) noexcept;

 private:
  void run() noexcept;

  Mutex mutex_;
  Condition wake_;
  std::deque<Task> tasks_ DMS_GUARDED_BY(mutex_);
  bool stopping_ DMS_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// Calls what is registered twice a second, on one thread: work that must not wait for the next
// request (fsync of reads). The calls must only signal. Thread-safe.
class Ticker {
 public:
  Ticker();
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  std::uint64_t add(std::function<void()> call);
  // Returns when the call is not running and never will again.
  void remove(std::uint64_t id);
  // Calls all now, on the caller's thread: tests do not wait for the next tick.
  void call_all();

 private:
  void run();

  Mutex mutex_;
  Condition wake_;
  std::map<std::uint64_t, std::function<void()>> calls_ DMS_GUARDED_BY(mutex_);
  std::uint64_t last_id_ DMS_GUARDED_BY(mutex_) = 0;
  bool stopping_ DMS_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

struct StorageEnvironment::State {
  State(const Options& chosen, const Clock& the_clock, Log& the_log, MetricsRegistry& the_metrics);

  const Options options;
  const Clock& clock;
  Log& log;
  MetricsRegistry& metrics;
  rocksdb::Env* env = rocksdb::Env::Default();  // tests put a faulty one here before any open
  // Tests lower it before any open.
  std::uint64_t idle_wal_bytes_max = storage::idle_wal_bytes_max;
  std::shared_ptr<rocksdb::Cache> block_cache;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
  std::shared_ptr<rocksdb::RateLimiter> rate_limiter;
  CommitterPool pool;
  Ticker ticker;
};

}  // namespace dms::storage
