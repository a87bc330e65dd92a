#pragma once

// INTERNAL to workflow/: what an asker sees of a record.

#include <vector>

#include "workflow/routing.h"
#include "workflow/staffing.h"

namespace dms::workflow {

Routing routing_for(const RoutingRecord& record, const std::vector<Standing>& standings);
Task task_for(const RoutingRecord& record, const TaskRecord& task,
              std::optional<UserId> on_behalf_of);

}  // namespace dms::workflow
