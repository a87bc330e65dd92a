#include "dms/object_record.h"

#include "dms/event_origin.h"

namespace dms {

void stamp_created(ObjectRecord& record, const Stamp& stamp) {
  record.revision = 1;
  record.created_at = record.modified_at = stamp.at;
  record.created_by = record.modified_by = stamp.by;
}

void stamp_modified(ObjectRecord& record, const Stamp& stamp) {
  ++record.revision;
  record.modified_at = stamp.at;
  record.modified_by = stamp.by;
}

ChangeInfo change_info(const ObjectRecord& record) {
  return {record.revision,
          {record.created_at, record.created_by},
          {record.modified_at, record.modified_by}};
}

storage::Event object_event(const Actor& actor, std::string_view kind, const Uuid& object,
                            std::optional<Uuid> parent, std::string detail) {
  storage::Event event;
  event.kind = kind;
  event.object = object;
  event.parent = parent;
  event.actor = actor.user.value;
  if (actor.on_behalf_of) event.on_behalf_of = actor.on_behalf_of->value;
  event.detail = with_origin(actor, std::move(detail));
  return event;
}

std::optional<std::string> unless_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace dms
