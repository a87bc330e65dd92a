#pragma once

// INTERNAL to storage/: writes that must stand in one order with the tenant's commits (sweeping
// content, sealing reads). The committer implements it.

#include <functional>

#include "dms/base/result.h"
#include "storage/database.h"

namespace dms::storage {

class SerialWriter {
 public:
  virtual ~SerialWriter() = default;
  // Runs `work` on the committer's thread, between commits; what it puts into the batch is written
  // with that group. Returns when it is durable, or work's error (then nothing was written).
  // Blocks: call it on a lane, never from inside `work` or a decide.
  virtual Result<void> run_serial(std::function<Result<void>(PendingBatch&)> work) = 0;
};

}  // namespace dms::storage
