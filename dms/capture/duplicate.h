#pragma once

// INTERNAL to inbound items: what came before as the same.

#include <optional>

#include "dms/base/digest.h"
#include "dms/ids.h"
#include "storage/content.h"
#include "storage/view.h"

namespace dms {

// The earliest item there still is with these bytes (in the same key domain), else with this
// Message-ID (its SHA-256). No rights are checked.
Result<std::optional<InboundItemId>> find_duplicate(const storage::View& view,
                                                    const storage::ContentId& content,
                                                    const std::optional<Sha256Digest>& message);

}  // namespace dms
