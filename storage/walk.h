#pragma once

// INTERNAL to storage/: what a long walk does between its steps.

#include <chrono>
#include <cstdint>

#include "dms/base/result.h"
#include "storage/integrity.h"

namespace dms::storage {

// Ends a walk where it was cancelled, tells how far it is, and keeps it to its rate. Of one thread.
class Walk {
 public:
  // Borrows both; `report` is what progress is told of.
  Walk(const VerifyControl& control, const VerifyReport& report);

  // After each step, in which so many bytes of content were read. Waits where that was too fast;
  // `unavailable` where the walk is to end.
  Result<void> step(std::uint64_t content_bytes = 0);

 private:
  using Time = std::chrono::steady_clock::time_point;
  bool is_cancelled() const;
  void keep_pace(Time now);

  const VerifyControl& control_;
  const VerifyReport& report_;
  const Time begun_;
  Time next_progress_;
  std::uint64_t content_bytes_ = 0;
  std::uint32_t steps_ = 0;
};

}  // namespace dms::storage
