#pragma once

// The identities of this floor; see dms/ids.h.

#include "dms/ids.h"

namespace dms::workflow {

using RoutingId = Id<struct RoutingTag>;
using RoutingStepId = Id<struct RoutingStepTag>;
using RoutingTemplateId = Id<struct RoutingTemplateTag>;
using TaskId = Id<struct TaskTag>;
using SubstitutionId = Id<struct SubstitutionTag>;

}  // namespace dms::workflow
