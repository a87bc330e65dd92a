#pragma once

// What the identity use cases share: their journal events and the checks of revisions. Envelopes
// hold ids only; names and addresses stand in the detail, which can be erased.

#include <string>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "storage/journal_event.h"

namespace dms {

// `detail` is JSON.
storage::Event identity_event(const Actor& actor, std::string_view kind, const Uuid& object,
                              std::string detail = "{}");

// `stale_version` where the object has moved on.
Result<void> check_revision(std::uint64_t present, std::uint64_t if_match);

}  // namespace dms
