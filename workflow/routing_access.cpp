#include "workflow/routing_access.h"

#include <algorithm>
#include <map>
#include <set>

#include "workflow/routing_store.h"

namespace dms::workflow {

using storage::View;

namespace {

Result<bool> may_read(const View& view, const Actor& actor, DocumentId document) {
  const auto found = require_document(view, actor, document, Right::read);
  if (found) return true;
  const ErrorCode code = found.error().code;
  if (code == ErrorCode::not_found || code == ErrorCode::forbidden) return false;
  return fail(found.error());
}

bool holds_open_task(const std::vector<Standing>& standings, const RoutingRecord& routing) {
  return std::any_of(routing.tasks.begin(), routing.tasks.end(), [&](const TaskRecord& task) {
    return task.state == TaskState::open && holding(standings, task) != nullptr;
  });
}

}  // namespace

const Standing* holding(const std::vector<Standing>& standings, const TaskRecord& task) {
  const auto holder = to_subject(task.holder);
  if (!holder) return nullptr;
  for (const Standing& each : standings) {
    const auto& subjects = each.subjects;
    if (std::find(subjects.begin(), subjects.end(), *holder) != subjects.end()) return &each;
  }
  return nullptr;
}

Result<FiledDocument> require_startable(const View& view, const Actor& actor, DocumentId document) {
  FiledDocument found = DMS_TRY(require_document(view, actor, document, Right::edit));
  if (found.record.binned_at) {
    return fail(ErrorCode::conflict,
                "Das Dokument liegt im Papierkorb. Holen Sie es zuerst zurück.",
                "The document is in the bin. Restore it first.");
  }
  DMS_TRY(require_open(found.dossier.record));
  return found;
}

Result<void> require_readable(const View& view, const Actor& actor, const RoutingRecord& routing,
                              Instant now) {
  if (DMS_TRY(may_read(view, actor, routing.document))) return {};
  if (holds_open_task(DMS_TRY(standings_of(view, actor, now)), routing)) return {};
  return fail(absent_object());
}

Result<void> require_knows_task(const View& view, const Actor& actor, const RoutingRecord& routing,
                                const TaskRecord& task, Instant now) {
  if (holding(DMS_TRY(standings_of(view, actor, now)), task) != nullptr) return {};
  return require_readable(view, actor, routing, now);
}

Result<bool> may_read_by_task(const View& view, const Actor& actor, DocumentId document,
                              Instant now) {
  const auto standings = DMS_TRY(standings_of(view, actor, now));
  if (standings.empty()) return false;
  storage::ScanOptions options;
  options.prefix = routing_document_prefix(document);
  do {
    const auto page = DMS_TRY(view.scan_index(routing_table, "document", options));
    for (const RoutingRecord& routing : page.items) {
      if (holds_open_task(standings, routing)) return true;
    }
    options.after = page.cursor;
  } while (!options.after.empty());
  return false;
}

Result<std::vector<DocumentId>> documents_by_task(const View& view, const Actor& actor, Instant now,
                                                  std::size_t count_max) {
  std::map<std::string, std::string> routings;  // by the task's place: by due day
  for (const Standing& standing : DMS_TRY(standings_of(view, actor, now))) {
    for (const Subject& subject : standing.subjects) {
      storage::ScanOptions options;
      options.prefix = routing_holder_prefix(subject);
      options.limit = count_max;
      for (auto& entry : DMS_TRY(view.read_index(routing_table.name, "holder", options))) {
        routings.try_emplace(entry.index_key.substr(options.prefix.size(), task_place_bytes),
                             std::move(entry.record_key));
      }
    }
  }
  std::vector<DocumentId> documents;
  std::set<std::string_view> read;
  std::set<DocumentId> known;
  for (const auto& [place, routing] : routings) {
    if (documents.size() >= count_max) break;
    if (!read.insert(routing).second) continue;
    const DocumentId document = DMS_TRY(view.get(routing_table, routing)).document;
    if (known.insert(document).second) documents.push_back(document);
  }
  return documents;
}

}  // namespace dms::workflow
