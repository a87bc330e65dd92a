#include "load.h"

#include <sys/resource.h>

#include <atomic>
#include <thread>
#include <vector>

namespace dms::bench {

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

Rate run_load(const Load& load, const MakeClient& make_client) {
  using Clock = std::chrono::steady_clock;
  std::atomic<bool> counting{false};
  std::atomic<bool> ended{false};
  std::atomic<std::size_t> done{0};
  std::atomic<std::size_t> errors{0};
  std::vector<Operation> operations;
  for (std::size_t i = 0; i < load.clients; ++i) operations.push_back(make_client(i));
  std::vector<std::thread> threads;
  for (const Operation& operation : operations) {
    threads.emplace_back([&] {
      while (!ended) {
        const bool good = operation();
        if (!counting) continue;
        ++(good ? done : errors);
      }
    });
  }
  std::this_thread::sleep_for(load.warm_up);
  const double cpu_before = cpu_seconds();
  const auto begin = Clock::now();
  counting = true;
  std::this_thread::sleep_for(load.duration);
  counting = false;
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  const double cpu = cpu_seconds() - cpu_before;
  ended = true;
  for (std::thread& thread : threads) thread.join();
  return {static_cast<double>(done) / elapsed, cpu, errors};
}

}  // namespace dms::bench
