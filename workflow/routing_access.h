#pragma once

// Who may see and do what with routings: the one place that is asked. What the actor may not see is
// absent_object(), as if there were nothing.
//
// - Starting a routing takes `edit` on the document, and so does taking one over.
// - Reading one takes `read` on the document, or a task in it that is open and the actor's (his
//   own or of somebody he deputises for).
// - Deciding takes the task; a reader who does not hold it is told so. Who held a task that has
//   ended is told that, too.
// - Tasks are for people: a machine token has no rights by them.
//
// Thread-safe; pure but for reads through the View.

#include "dms/actor.h"
#include "dms/document_record.h"
#include "storage/view.h"
#include "workflow/routing_record.h"
#include "workflow/staffing.h"

namespace dms::workflow {

// The document, open for a new routing.
Result<FiledDocument> require_startable(const storage::View& view, const Actor& actor,
                                        DocumentId document);
Result<void> require_readable(const storage::View& view, const Actor& actor,
                              const RoutingRecord& routing, Instant now);
// To be told of this task at all; whether he may decide it is the engine's word.
Result<void> require_knows_task(const storage::View& view, const Actor& actor,
                                const RoutingRecord& routing, const TaskRecord& task, Instant now);

// Whether an open task lets the actor see and read the document, for as long as it is open: to be
// OR-ed to the rights of permission.h.
Result<bool> may_read_by_task(const storage::View& view, const Actor& actor, DocumentId document,
                              Instant now);

// The documents of which that is so, each once; where there are more than `count_max`, those whose
// tasks are due first.
Result<std::vector<DocumentId>> documents_by_task(const storage::View& view, const Actor& actor,
                                                  Instant now, std::size_t count_max);

// The standing in which the task is the actor's; nullptr where it is not. Borrowed.
const Standing* holding(const std::vector<Standing>& standings, const TaskRecord& task);

}  // namespace dms::workflow
