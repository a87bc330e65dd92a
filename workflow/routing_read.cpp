// Reading routings and lists of tasks.

#include <algorithm>

#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "workflow/routing_access.h"
#include "workflow/routing_store.h"
#include "workflow/routing_view.h"

namespace dms::workflow {

using storage::View;

namespace {

std::size_t limit_of(const PageRequest& page) {
  return std::clamp<std::size_t>(page.limit, 1, page_limit_max);
}

// A place in a list of tasks; `invalid` where it is none.
Result<std::string> after_place(const PageRequest& page) {
  if (page.after.empty() || page.after.size() == task_place_bytes) return page.after;
  return fail(invalid_field("/cursor", "Diese Stelle der Liste gibt es nicht.",
                            "There is no such place in the list."));
}

// Beyond all entries at one place: a task stands in one routing only.
std::string behind(const std::string& prefix, const std::string& place) {
  return place.empty() ? std::string() : prefix + place + std::string(16, '\xFF');
}

// Where a task of the list stands, and for whom the asker would act.
struct Found {
  std::string routing_key;
  std::optional<UserId> on_behalf_of;
};
using FoundTasks = std::map<std::string, Found>;  // by place

// The first `count` of a holder's tasks behind `after`.
Result<void> add_tasks_of(const View& view, const Subject& holder,
                          const std::optional<UserId>& on_behalf_of, const std::string& after,
                          std::size_t count, FoundTasks& found) {
  storage::ScanOptions options;
  options.prefix = routing_holder_prefix(holder);
  options.after = behind(options.prefix, after);
  options.limit = count;
  for (const auto& entry : DMS_TRY(view.read_index(routing_table.name, "holder", options))) {
    found.try_emplace(entry.index_key.substr(options.prefix.size(), task_place_bytes),
                      Found{entry.record_key, on_behalf_of});
  }
  return {};
}

// What the task is about, so that a list of tasks needs no further questions.
Result<void> add_document(const View& view, Task& task) {
  const auto document = DMS_TRY(view.find(document_table, task.document.key()));
  if (!document) return {};
  task.subject = document->subject;
  const auto dossier = DMS_TRY(view.find(dossier_table, document->dossier.key()));
  if (dossier) task.file_reference = dossier->file_reference;
  return {};
}

Result<Page<Task>> to_page(const View& view, const FoundTasks& found, std::size_t limit) {
  Page<Task> page;
  for (const auto& [place, where] : found) {
    if (page.items.size() == limit) break;
    const RoutingRecord routing = DMS_TRY(view.get(routing_table, where.routing_key));
    const TaskRecord* task = find_task(routing, task_at(place));
    if (task == nullptr) {
      return fail(operator_error(ErrorCode::corrupt, "index without task " + routing.id.text()));
    }
    page.items.push_back(task_for(routing, *task, where.on_behalf_of));
    DMS_TRY(add_document(view, page.items.back()));
    page.next = found.size() > limit ? place : "";
  }
  return page;
}

}  // namespace

Routing routing_for(const RoutingRecord& record, const std::vector<Standing>& standings) {
  Routing routing;
  routing.record = record;
  for (const TaskRecord& task : record.tasks) {
    if (task.state != TaskState::open) continue;
    if (const Standing* standing = holding(standings, task)) {
      routing.own_tasks.emplace(task.id, standing->on_behalf_of);
    }
  }
  const Subject initiator{SubjectKind::user, record.initiator.value};
  routing.is_initiator = std::any_of(standings.begin(), standings.end(), [&](const Standing& each) {
    return std::find(each.subjects.begin(), each.subjects.end(), initiator) != each.subjects.end();
  });
  return routing;
}

Task task_for(const RoutingRecord& record, const TaskRecord& task,
              std::optional<UserId> on_behalf_of) {
  Task made;
  made.task = task;
  made.on_behalf_of = on_behalf_of;
  made.routing = record.id;
  made.revision = record.revision;
  made.initiator = record.initiator;
  made.document = record.document;
  made.version = record.version;
  made.title = record.title;
  for (const RoutingStepRecord& each : record.steps) {
    made.stages = std::max(made.stages, each.stage + 1);
  }
  if (const auto* step = task.step ? find_step(record, *task.step) : nullptr) {
    made.stage = step->stage + 1;
    made.directive = step->directive.known();
    made.instruction = step->instruction;
  }
  return made;
}

Result<Routing> Routings::get(const Actor& actor, RoutingId routing) const {
  const Instant now = clock_.now();
  return store_.read<Routing>([&](const View& view) -> Result<Routing> {
    const auto record = DMS_TRY(view.find(routing_table, routing.key()));
    if (!record) return fail(absent_object());
    DMS_TRY(require_readable(view, actor, *record, now));
    return routing_for(*record, DMS_TRY(standings_of(view, actor, now)));
  });
}

Result<Page<Routing>> Routings::list(const Actor& actor, DocumentId document,
                                     const PageRequest& request) const {
  const Instant now = clock_.now();
  return store_.read<Page<Routing>>([&](const View& view) -> Result<Page<Routing>> {
    DMS_TRY(require_document(view, actor, document, Right::read));
    const auto standings = DMS_TRY(standings_of(view, actor, now));
    storage::ScanOptions options;
    options.prefix = routing_document_prefix(document);
    options.after = request.after;
    options.limit = limit_of(request);
    auto scanned = DMS_TRY(view.scan_index(routing_table, "document", options));
    Page<Routing> page;
    for (const RoutingRecord& record : scanned.items) {
      page.items.push_back(routing_for(record, standings));
    }
    page.next = std::move(scanned.cursor);
    return page;
  });
}

Result<Page<Task>> Routings::tasks(const Actor& actor, const PageRequest& request) const {
  const Instant now = clock_.now();
  const std::string after = DMS_TRY(after_place(request));
  const std::size_t limit = limit_of(request);
  return store_.read<Page<Task>>([&](const View& view) -> Result<Page<Task>> {
    FoundTasks found;
    for (const Standing& standing : DMS_TRY(standings_of(view, actor, now))) {
      for (const Subject& subject : standing.subjects) {
        DMS_TRY(add_tasks_of(view, subject, standing.on_behalf_of, after, limit + 1, found));
      }
    }
    return to_page(view, found, limit);
  });
}

Result<Page<Task>> Routings::due_until(Date day, const PageRequest& request) const {
  const std::string after = DMS_TRY(after_place(request));
  const std::size_t limit = limit_of(request);
  return store_.read<Page<Task>>([&](const View& view) -> Result<Page<Task>> {
    storage::ScanOptions options;
    options.after = behind("", after);
    options.limit = limit + 1;
    FoundTasks found;
    for (const auto& entry : DMS_TRY(view.read_index(routing_table.name, "due", options))) {
      if (entry.index_key >= routing_due_end(day)) break;
      found.emplace(entry.index_key.substr(0, task_place_bytes), Found{entry.record_key, {}});
    }
    return to_page(view, found, limit);
  });
}

}  // namespace dms::workflow
