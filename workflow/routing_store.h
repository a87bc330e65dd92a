#pragma once

// The tables of this floor and the keys of their indexes. Names and layouts are for ever
// (README.md).

#include <string>
#include <string_view>

#include "storage/table.h"
#include "workflow/journal_place_record.h"
#include "workflow/routing_record.h"
#include "workflow/routing_template_record.h"
#include "workflow/substitution_record.h"

namespace dms::workflow {

// Indexes: "document" (document), "task" (unique: every task there ever was), "holder" (subject,
// due day, task) and "due" (due day, task), both of open tasks only; "stuck" (document), of
// routings with a stuck step.
extern const storage::Table<RoutingRecord> routing_table;
std::string routing_document_prefix(DocumentId document);
std::string routing_task_key(TaskId task);
// Behind the prefix stand due day (what has none comes last) and task: a place in the holder's
// list.
std::string routing_holder_prefix(const Subject& holder);
// Of all holders of one kind.
std::string routing_holder_kind_prefix(SubjectKind kind);
inline constexpr std::size_t task_place_bytes = 8 + 16;
std::string task_place(const TaskRecord& task);
TaskId task_at(std::string_view place);
// Before everything that is due after `day`, behind what is due on it.
std::string routing_due_end(Date day);

// Index "name" (unique: folded name).
extern const storage::Table<RoutingTemplateRecord> routing_template_table;

// Indexes "absent" and "deputy": user, last day.
extern const storage::Table<SubstitutionRecord> substitution_table;
std::string substitution_prefix(UserId user);
// Where those begin that are not over on `day`.
std::string substitution_after(UserId user, Date day);
// No house has so many substitutions of one person that are not over.
inline constexpr std::size_t substitutions_read_max = 200;

// Key: the follower's name.
extern const storage::Table<JournalPlaceRecord> journal_place_table;

}  // namespace dms::workflow
