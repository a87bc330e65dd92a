#pragma once

// INTERNAL to storage/: what a long walk does between its steps.

#include <chrono>
#include <cstdint>

#include "dms/base/result.h"
#include "storage/integrity.h"

namespace dms::storage {

class Database;

// Ends a walk where it was cancelled, tells how far it is, and keeps it to its rate. Of one thread.
class Walk {
 public:
  // Borrows all; `report` is what progress is told of. `written` (may be null) is the database that
  // is walked, where it was opened for writing: once it has failed the walk ends, too, for nobody
  // can close and mend the store before.
  Walk(const VerifyControl& control, const VerifyReport& report, const Database* written = nullptr);

  // After each step, in which so many bytes of content were read. Waits where that was too fast;
  // `unavailable` where the walk is to end, with the reason.
  Result<void> step(std::uint64_t content_bytes = 0);

 private:
  using Time = std::chrono::steady_clock::time_point;
  Result<void> may_go_on() const;
  void keep_pace(Time now);

  const VerifyControl& control_;
  const VerifyReport& report_;
  const Database* const written_;
  const Time begun_;
  Time next_progress_;
  std::uint64_t content_bytes_ = 0;
  std::uint32_t steps_ = 0;
};

}  // namespace dms::storage
