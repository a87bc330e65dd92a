#pragma once

// What people are told of routings and tasks as they change; see dms/change_notice.h.

#include "dms/change_notice.h"

namespace dms::workflow {

// For events of this floor; null where nobody is told.
//
//   routing       started, step_decided, …: to whoever may read it
//   document      routing: something happened to a routing of it; to its readers
//   task          opened, ended: to who holds or held it, and who deputises for him
//   substitution  created, changed, removed: to the absent and the deputy
Result<TellChange> tell_routing_change(const storage::View& view, const ReadRights& rights,
                                       const storage::JournalEntry& entry, Instant now);

}  // namespace dms::workflow
