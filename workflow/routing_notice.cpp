#include "workflow/routing_notice.h"

#include <boost/describe/class.hpp>
#include <memory>
#include <string_view>
#include <utility>

#include "dms/base/json_codec.h"
#include "workflow/routing_access.h"
#include "workflow/routing_store.h"

namespace dms::workflow {

using storage::JournalEntry;
using storage::View;

namespace {

using Notices = std::vector<ChangeNotice>;

// What of the events' details is of interest here; the rest is kept unread.
struct TaskDetail : Extensible {
  std::optional<TaskId> task;
};
BOOST_DESCRIBE_STRUCT(TaskDetail, (Extensible), (task))

struct PeopleDetail : Extensible {
  std::optional<UserId> absent;
  std::optional<UserId> deputy;
};
BOOST_DESCRIBE_STRUCT(PeopleDetail, (Extensible), (absent, deputy))

std::string change_of(std::string_view kind) {
  return std::string(kind.substr(kind.find('.') + 1));
}

// Whether what was required is there; errors other than of rights stay errors.
Result<bool> holds(const Result<void>& required) {
  if (required) return true;
  const ErrorCode code = required.error().code;
  if (code == ErrorCode::not_found || code == ErrorCode::forbidden) return false;
  return fail(required.error());
}

Result<bool> reads_document(const View& view, const ReadRights& rights, const Actor& actor,
                            DocumentId document) {
  const auto found = require_document(view, rights, actor, document, Right::read);
  return holds(found ? Result<void>() : Result<void>(fail(found.error())));
}

Result<TellChange> tell_of_task(const View& view, const RoutingRecord& routing,
                                const JournalEntry& entry, Instant now) {
  if (!entry.detail) return TellChange();  // erased: so long ago that nobody waits for it
  const auto detail = DMS_TRY(decode_json<TaskDetail>(*entry.detail, JsonProfile::record));
  const TaskRecord* task = detail.task ? find_task(routing, *detail.task) : nullptr;
  if (task == nullptr) return TellChange();
  const std::string change = entry.kind == "routing.task_opened" ? "opened" : "ended";
  const auto tell = [&view, task = *task, change, now](const Actor& actor,
                                                       Notices& out) -> Result<void> {
    const auto standings = DMS_TRY(standings_of(view, actor, now));
    if (holding(standings, task) != nullptr) out.push_back({"task", task.id.value, change});
    return {};
  };
  return TellChange(tell);
}

Result<TellChange> tell_of_routing(const View& view, const ReadRights& rights,
                                   const JournalEntry& entry, Instant now) {
  const auto record = DMS_TRY(view.find(routing_table, raw_bytes(entry.object)));
  if (!record) return TellChange();
  if (entry.kind == "routing.task_opened" || entry.kind == "routing.task_ended") {
    return tell_of_task(view, *record, entry, now);
  }
  // Shared: a routing is large, and closures are copied.
  const auto routing = std::make_shared<const RoutingRecord>(*record);
  const auto tell = [&view, rights, routing, change = change_of(entry.kind), now](
                        const Actor& actor, Notices& out) -> Result<void> {
    if (DMS_TRY(holds(require_readable(view, actor, *routing, now)))) {
      out.push_back({"routing", routing->id.value, change});
    }
    if (DMS_TRY(reads_document(view, rights, actor, routing->document))) {
      out.push_back({"document", routing->document.value, "routing"});
    }
    return {};
  };
  return TellChange(tell);
}

Result<TellChange> tell_of_substitution(const JournalEntry& entry) {
  if (!entry.detail) return TellChange();
  const auto people = DMS_TRY(decode_json<PeopleDetail>(*entry.detail, JsonProfile::record));
  const auto tell = [people, id = entry.object, change = change_of(entry.kind)](
                        const Actor& actor, Notices& out) -> Result<void> {
    const bool is_meant = actor.user == people.absent || actor.user == people.deputy;
    if (is_meant) out.push_back({"substitution", id, change});
    return {};
  };
  return TellChange(tell);
}

}  // namespace

Result<TellChange> tell_routing_change(const View& view, const ReadRights& rights,
                                       const JournalEntry& entry, Instant now) {
  const std::string_view kind = entry.kind;
  if (kind.starts_with("routing.")) return tell_of_routing(view, rights, entry, now);
  if (kind.starts_with("substitution.")) return tell_of_substitution(entry);
  return TellChange();
}

}  // namespace dms::workflow
