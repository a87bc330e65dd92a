#include "workflow/task_grants.h"

#include "workflow/routing_access.h"

namespace dms::workflow {

Result<Rights> TaskGrants::rights_to(const storage::View& view, const Actor& actor,
                                     DocumentId document) const {
  const bool may = DMS_TRY(may_read_by_task(view, actor, document, clock_.now()));
  return may ? Rights{Right::see, Right::read} : Rights{};
}

}  // namespace dms::workflow
