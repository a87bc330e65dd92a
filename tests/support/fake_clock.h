#pragma once

// A clock that stands still until the test moves it. Thread-safe.

#include <atomic>
#include <chrono>

#include "dms/base/time.h"

namespace dms::test {

class FakeClock final : public Clock {
 public:
  // 2026-03-02T08:00:00Z, a Monday morning.
  static constexpr Instant default_start() {
    return Instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2} + std::chrono::hours{8}};
  }
  explicit FakeClock(Instant start = default_start()) : now_(start) {}

  Instant now() const override { return now_.load(); }
  void set(Instant instant) { now_.store(instant); }
  void advance(std::chrono::microseconds by) { now_.store(now_.load() + by); }

 private:
  std::atomic<Instant> now_;
};

}  // namespace dms::test
