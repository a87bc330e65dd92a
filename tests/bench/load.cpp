#include "load.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace dms::bench {

namespace {

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What a process and its children have used; fields as in proc(5).
double cpu_seconds(pid_t process) {
  const std::string folder = "/proc/" + std::to_string(process);
  std::ifstream stat(folder + "/stat");
  stat.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string skipped;
  for (int field = 3; field < 14; ++field) stat >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  stat >> user_ticks >> system_ticks;
  double seconds = (user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
  std::ifstream children(folder + "/task/" + std::to_string(process) + "/children");
  for (pid_t child = 0; children >> child;) seconds += cpu_seconds(child);
  return seconds;
}

}  // namespace

Rate run_load(const Load& load, const MakeClient& make_client, pid_t server) {
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
  const double cpu_before = own_cpu_seconds();
  const double server_cpu_before = cpu_seconds(server);
  const auto begin = Clock::now();
  counting = true;
  std::this_thread::sleep_for(load.duration);
  counting = false;
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  const double cpu = own_cpu_seconds() - cpu_before;
  const double server_cpu = cpu_seconds(server) - server_cpu_before;
  ended = true;
  for (std::thread& thread : threads) thread.join();
  const auto operations_done = static_cast<double>(done);
  return {operations_done / elapsed, cpu, 1e3 * server_cpu / std::max(operations_done, 1.0),
          errors};
}

}  // namespace dms::bench
