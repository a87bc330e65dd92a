#include "dms/identity_event.h"

#include <utility>

#include "dms/change.h"

namespace dms {

storage::Event identity_event(const Actor& actor, std::string_view kind, const Uuid& object,
                              std::string detail) {
  storage::Event event;
  event.kind = kind;
  event.object = object;
  event.actor = actor.user.value;
  if (actor.on_behalf_of) event.on_behalf_of = actor.on_behalf_of->value;
  event.detail = std::move(detail);
  return event;
}

Result<void> check_revision(std::uint64_t present, std::uint64_t if_match) {
  if (present != if_match) return fail(stale_version());
  return {};
}

}  // namespace dms
