#include "storage/environment.h"

#include <chrono>
#include <utility>

namespace dms::storage {

namespace {

// By itself RocksDB would make 64 parts of 64 MiB, of 1 MiB each: a large table's index or filter
// block, of some hundred KiB, then throws out all else in its part and goes with the next, and is
// read again for every record.
constexpr int cache_shard_bits = 2;

// Flushes and compactions together; keeps them from starving fsync and reads of a small machine.
constexpr std::int64_t background_bytes_per_second = 256LL << 20U;
constexpr auto tick = std::chrono::milliseconds(500);

}  // namespace

CommitterPool::CommitterPool(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

CommitterPool::~CommitterPool() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void CommitterPool::post(Task task) noexcept {
  {
    const MutexLock lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void CommitterPool::run() noexcept {
  Task task;
  bool is_to_go_on = false;
  for (;;) {
    {
      const MutexLock lock(mutex_);
      if (is_to_go_on) {
        if (!tasks_.empty()) wake_.notify_one();
        tasks_.push_back(std::move(task));
      }
      while (!stopping_ && tasks_.empty()) wake_.wait(mutex_);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    is_to_go_on = task();
  }
}

Ticker::Ticker() : thread_([this] { run(); }) {}

Ticker::~Ticker() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::uint64_t Ticker::add(std::function<void()> call) {
  const MutexLock lock(mutex_);
  calls_.emplace(++last_id_, std::move(call));
  return last_id_;
}

void Ticker::remove(std::uint64_t id) {
  const MutexLock lock(mutex_);
  calls_.erase(id);
}

void Ticker::call_all() {
  const MutexLock lock(mutex_);
  for (const auto& [id, call] : calls_) call();
}

void Ticker::run() {
  const MutexLock lock(mutex_);
  auto next = std::chrono::steady_clock::now() + tick;
  while (!stopping_) {
    wake_.wait_until(mutex_, next);
    if (std::chrono::steady_clock::now() < next) continue;
    for (const auto& [id, call] : calls_) call();
    next = std::chrono::steady_clock::now() + tick;
  }
}

StorageEnvironment::State::State(const Options& chosen, const Clock& the_clock, Log& the_log,
                                 MetricsRegistry& the_metrics)
    : options(chosen),
      clock(the_clock),
      log(the_log),
      metrics(the_metrics),
      block_cache(rocksdb::NewLRUCache(chosen.block_cache_bytes, cache_shard_bits)),
      write_buffers(
          std::make_shared<rocksdb::WriteBufferManager>(chosen.write_buffer_bytes, block_cache)),
      rate_limiter(rocksdb::NewGenericRateLimiter(background_bytes_per_second)),
      pool(chosen.committer_threads) {
  env->SetBackgroundThreads(chosen.background_threads, rocksdb::Env::Priority::LOW);
  env->SetBackgroundThreads(1, rocksdb::Env::Priority::HIGH);
}

StorageEnvironment::StorageEnvironment(Options options, const Clock& clock, Log& log,
                                       MetricsRegistry& metrics)
    : state_(std::make_unique<State>(options, clock, log, metrics)) {}

StorageEnvironment::~StorageEnvironment() = default;

}  // namespace dms::storage
