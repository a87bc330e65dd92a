#pragma once

// Whether a transfer goes on fast enough: a peer that sends or takes a byte now and then must not
// hold a connection for ever. Pure: the caller brings the time. Not thread-safe.

#include <chrono>
#include <cstdint>

namespace dms::web {

class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // At least `bytes_per_s_min` on average over each `window`.
  Pace(std::uint64_t bytes_per_s_min, std::chrono::seconds window)
      : bytes_per_s_min_(bytes_per_s_min), window_(window) {}

  void start(Time now) {
    window_start_ = now;
    bytes_ = 0;
  }
  // `bytes` more have passed; false where the window is over and was too slow. Time in which the
  // peer waited for us must not count: call start() again after it.
  bool moved(Time now, std::size_t bytes) {
    bytes_ += bytes;
    const auto elapsed = now - window_start_;
    if (elapsed < window_) return true;
    const double seconds = std::chrono::duration<double>(elapsed).count();
    const bool is_fast =
        static_cast<double>(bytes_) >= static_cast<double>(bytes_per_s_min_) * seconds;
    start(now);
    return is_fast;
  }

 private:
  std::uint64_t bytes_per_s_min_;
  std::chrono::seconds window_;
  Time window_start_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace dms::web
