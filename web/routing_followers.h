#pragma once

// Lets the routings of every open tenant learn what its journal says, soon after it is said.

#include <map>
#include <memory>
#include <string>

#include "dms/base/log.h"
#include "dms/base/worker_lanes.h"
#include "dms/tenant.h"

namespace dms::web {

// Borrows all. follow() belongs to one thread; the work is done on the lane.
class RoutingFollowers {
 public:
  RoutingFollowers(WorkerLane& lane, const Clock& clock, Log& log);
  ~RoutingFollowers();

  // Queues the tenant's following where its journal has grown and none is under way. Cheap where
  // there is nothing new; a full lane or an error is tried again with the next call.
  void follow(const std::shared_ptr<Tenant>& tenant);

 private:
  struct Followed;

  WorkerLane& lane_;
  const Clock& clock_;
  Log& log_;
  std::map<std::string, std::shared_ptr<Followed>> by_id_;
};

}  // namespace dms::web
