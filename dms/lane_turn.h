#pragma once

// INTERNAL to dms: a task on a lane that all tenants share. While it waits behind those of others
// its owner may take it back, so that nobody's closing waits for what is not his.

#include <atomic>
#include <memory>

namespace dms {

// Shared by the task and its owner: whoever is first has it, the lane that comes to it or the owner
// who gives it up. A task that comes second touches nothing of its owner, who may be gone.
class LaneTurn {
 public:
  bool take() { return !is_taken_.exchange(true); }

 private:
  std::atomic<bool> is_taken_{false};
};

using SharedTurn = std::shared_ptr<LaneTurn>;

}  // namespace dms
