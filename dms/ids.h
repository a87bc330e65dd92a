#pragma once

// The domain's identities. Each object has a type of id of its own, so that they cannot be mixed
// up.

#include "dms/base/id.h"

namespace dms {

using UserId = Id<struct UserTag>;
using GroupId = Id<struct GroupTag>;
using OrgUnitId = Id<struct OrgUnitTag>;
using SessionId = Id<struct SessionTag>;
using TokenId = Id<struct TokenTag>;
using UnitId = Id<struct FilePlanUnitTag>;
using DossierId = Id<struct DossierTag>;
using DocumentId = Id<struct DocumentTag>;
using VersionId = Id<struct VersionTag>;
using UploadId = Id<struct UploadTag>;
using ErasureId = Id<struct ErasureTag>;
using InboxId = Id<struct InboxTag>;
using InboundItemId = Id<struct InboundItemTag>;

}  // namespace dms
