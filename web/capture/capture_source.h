#pragma once

// What comes in by itself, round by round: a mailbox, a scan folder.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "dms/base/result.h"
#include "dms/tenant.h"

namespace dms::web {

// What one round did.
struct CaptureRound {
  std::uint64_t taken = 0;     // became items
  std::uint64_t known = 0;     // were items already; moved or marked now, after a kill or trouble
  std::uint64_t filed = 0;     // of the items: filed at once, by reference
  std::uint64_t refused = 0;   // cannot be taken: put aside, or left where they are
  std::uint64_t infected = 0;  // of the items: in quarantine
  bool is_complete = true;     // false: more waits, and nothing stands against the next round
};

// The tenant, opened where it was not.
using OpenTenant = std::function<Result<std::shared_ptr<Tenant>>()>;

// One thread at a time.
class CaptureSource {
 public:
  virtual ~CaptureSource() = default;
  // Blocks for as long as servers and disks take, with a limit to each wait; ends soon where
  // `is_stopping`. What was counted before it failed is in `round`. The hint of its error names
  // no person and nothing of what comes.
  virtual Result<void> go(CaptureRound& round, const std::atomic<bool>& is_stopping) = 0;
};

}  // namespace dms::web
