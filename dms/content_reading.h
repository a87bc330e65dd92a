#pragma once

// INTERNAL to dms: what opening a content takes, be it a document's or an inbound item's.

#include <string_view>

#include "dms/actor.h"
#include "dms/base/error.h"
#include "dms/base/result.h"
#include "storage/store.h"

namespace dms {

// Puts into the chain of reads that `actor` opens `object`: no byte of it is sent before.
// `unavailable` where that cannot be kept.
Result<void> record_read(storage::Store& store, const Actor& actor, std::string_view kind,
                         const Uuid& object);

// `unsupported`: files of this type are not shown as they are.
Error not_shown(std::string_view mime_type);

}  // namespace dms
