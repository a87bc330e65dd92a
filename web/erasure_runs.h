#pragma once

// Carries out the released erasures of every open tenant, soon after they were released.

#include <map>
#include <memory>
#include <string>

#include "dms/base/log.h"
#include "dms/base/worker_lanes.h"
#include "dms/tenant.h"

namespace dms::web {

// Borrows all. carry_on() belongs to one thread; the work is done on the lane.
class ErasureRuns {
 public:
  ErasureRuns(WorkerLane& lane, Log& log);
  ~ErasureRuns();

  // Queues a piece of the tenant's work where there is some and none is under way. Cheap where
  // there is nothing to do.
  void carry_on(const std::shared_ptr<Tenant>& tenant);

 private:
  struct Run;

  WorkerLane& lane_;
  Log& log_;
  std::map<std::string, std::shared_ptr<Run>> by_id_;
};

}  // namespace dms::web
