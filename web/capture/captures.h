#pragma once

// Everything that comes in by itself, each source on a thread of its own: a server that does not
// answer holds up nobody else. A round that fails is tried again after twice as long each time, up
// to a quarter of an hour.

#include <atomic>
#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/mutex.h"
#include "dms/base/time.h"
#include "web/capture/capture_source.h"

namespace dms::web {

// How it stands with a source, as the admin address tells it. Counts are since the start.
struct CaptureView {
  std::string tenant;
  std::string kind;  // "mailbox", "scan_folder"
  std::string name;
  std::string state;  // "starting", "well", "failing"
  std::uint64_t taken = 0;
  std::uint64_t known = 0;
  std::uint64_t filed = 0;
  std::uint64_t refused = 0;
  std::uint64_t infected = 0;
  std::uint64_t failures = 0;  // in a row
  std::optional<Instant> last_success;
  std::optional<std::string> failure;  // of the last round, where it failed
};
BOOST_DESCRIBE_STRUCT(CaptureView, (),
                      (tenant, kind, name, state, taken, known, filed, refused, infected, failures,
                       last_success, failure))

// How long to wait after so many failures in a row (0: none). Pure.
std::chrono::milliseconds capture_pause(std::chrono::milliseconds interval, std::uint64_t failures);

// Thread-safe, but for add() and start(), which come first. Borrows all; `metrics` is rendered only
// as long as this lives.
class Captures {
 public:
  Captures(const Clock& clock, Log& log, MetricsRegistry& metrics);
  ~Captures();  // as stop()

  struct Named {
    std::string tenant;
    std::string kind;
    std::string name;
    std::chrono::milliseconds interval;
  };
  void add(Named named, std::unique_ptr<CaptureSource> source);
  void start();
  std::vector<CaptureView> views() const;
  // Breaks off what waits and joins; what is being stored ends first.
  void stop();

 private:
  struct Running;
  void run(Running& running);
  void go(Running& running);
  bool wait(std::chrono::milliseconds pause);

  const Clock& clock_;
  Log& log_;
  MetricsRegistry& metrics_;
  std::atomic<bool> is_stopping_{false};
  mutable Mutex mutex_;
  Condition wake_;
  std::vector<std::unique_ptr<Running>> running_;
  std::vector<std::thread> threads_;
};

}  // namespace dms::web
