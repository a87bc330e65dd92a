#include "dms/identity_event.h"

#include <utility>

#include "dms/change.h"
#include "dms/object_record.h"

namespace dms {

storage::Event identity_event(const Actor& actor, std::string_view kind, const Uuid& object,
                              std::string detail) {
  return object_event(actor, kind, object, std::nullopt, std::move(detail));
}

Result<void> check_revision(std::uint64_t present, std::uint64_t if_match) {
  if (present != if_match) return fail(stale_version());
  return {};
}

}  // namespace dms
