#pragma once

// A mutex that clang's thread safety analysis understands: say DMS_GUARDED_BY(mutex_) behind every
// member it protects, and reading one without a MutexLock does not compile (clang,
// -Wthread-safety).
//
//   mutable Mutex mutex_;
//   std::deque<Task> waiting_ DMS_GUARDED_BY(mutex_);

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define DMS_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define DMS_THREAD_ANNOTATION(x)
#endif
#define DMS_GUARDED_BY(x) DMS_THREAD_ANNOTATION(guarded_by(x))
#define DMS_REQUIRES(...) DMS_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))

namespace dms {

class DMS_THREAD_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() DMS_THREAD_ANNOTATION(acquire_capability()) { mutex_.lock(); }
  void unlock() DMS_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class DMS_THREAD_ANNOTATION(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) DMS_THREAD_ANNOTATION(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() DMS_THREAD_ANNOTATION(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for a Mutex. Wait in a loop that tests the condition.
class Condition {
 public:
  // The caller holds `mutex`, and holds it again on return.
  void wait(Mutex& mutex) DMS_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // The same until `limit` at the latest.
  void wait_until(Mutex& mutex, std::chrono::steady_clock::time_point limit) DMS_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_until(lock, limit);
    lock.release();
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace dms
