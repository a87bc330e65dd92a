#pragma once

// Who may do what with an item of an inbox: the one place that is asked. Rights come by the inbox's
// own scope (permission.h). Who holds an item in his basket may besides see, read and deal with it,
// for as long as it waits there; a machine token holds none.

#include <vector>

#include "dms/inbox_record.h"
#include "dms/permission.h"
#include "dms/permission_cache.h"

namespace dms {

inline ScopeId scope_of(InboxId inbox) {
  return ScopeId{inbox.value};
}

// For decide(): of today's records.
Result<Rights> item_rights(const storage::View& view, const Actor& actor,
                           const InboundItemRecord& item);
// The same for reading, from memory.
Result<Rights> item_rights(const storage::View& view, const PermissionCache& permissions,
                           const Actor& actor, const InboundItemRecord& item);

// The inboxes in which the asker has `right`, by name; a thousand at most.
Result<std::vector<InboxId>> inboxes_with(const storage::View& view,
                                          const PermissionCache& permissions, const Actor& actor,
                                          Right right);

// The item for a decision, if `actor` has `right`; absent_object() where it does not exist or he
// does not see it, else `forbidden`.
Result<InboundItemRecord> require_item(const storage::View& view, const Actor& actor,
                                       InboundItemId item, Right right);

// An item as the asker may see it: without what only readers are told, and without a filing into a
// dossier whose document he does not see.
Result<InboundItem> to_value(const storage::View& view, const PermissionCache& permissions,
                             const Actor& actor, const InboundItemRecord& record);
// What the file says of itself is for readers, and not in lists.
void hide_facts(InboundItem& item);

}  // namespace dms
