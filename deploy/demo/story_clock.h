#pragma once

// The clock of a story: it stands where the loader puts it, so that what people did three weeks ago
// is recorded as done three weeks ago. Thread-safe.

#include <atomic>

#include "dms/base/time.h"

namespace dms::demo {

class StoryClock final : public Clock {
 public:
  explicit StoryClock(Instant start) : now_(start) {}
  Instant now() const override { return now_.load(); }
  void set(Instant instant) { now_.store(instant); }

 private:
  std::atomic<Instant> now_;
};

}  // namespace dms::demo
