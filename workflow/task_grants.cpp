#include "workflow/task_grants.h"

#include "workflow/routing_access.h"

namespace dms::workflow {

Result<Rights> TaskGrants::rights_to(const storage::View& view, const Actor& actor,
                                     DocumentId document) const {
  const bool may = DMS_TRY(may_read_by_task(view, actor, document, clock_.now()));
  return may ? Rights{Right::see, Right::read} : Rights{};
}

Result<std::vector<DocumentId>> TaskGrants::documents_of(const storage::View& view,
                                                         const Actor& actor) const {
  return documents_by_task(view, actor, clock_.now(), documents_max);
}

}  // namespace dms::workflow
