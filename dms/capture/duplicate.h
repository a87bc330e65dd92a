#pragma once

// INTERNAL to inbound items: what came before as the same.

#include <optional>
#include <string_view>

#include "dms/base/digest.h"
#include "dms/ids.h"
#include "dms/inbound_item.h"
#include "dms/permission_cache.h"
#include "storage/content.h"
#include "storage/view.h"

namespace dms {

// The earliest item there still is with these bytes (in the same key domain), else with this
// Message-ID (its SHA-256). No rights are checked.
Result<std::optional<InboundItemId>> find_duplicate(const storage::View& view,
                                                    const storage::ContentId& content,
                                                    const std::optional<Sha256Digest>& message);

// The earliest document there is, not in the bin, whose current version is a mail with this
// Message-ID, and that `actor` may read. nullopt where none is known, or not yet: while an index is
// being built, or a mail's text is to be made.
Result<std::optional<FiledBefore>> find_filed_mail(const storage::View& view,
                                                   const PermissionCache& permissions,
                                                   const Actor& actor, std::string_view message_id);

}  // namespace dms
