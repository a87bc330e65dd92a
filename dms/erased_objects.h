#pragma once

// What was destroyed on purpose must not come back from a backup. The journal says so for ever.

#include "dms/base/id.h"
#include "dms/base/result.h"
#include "storage/store.h"

namespace dms {

// Whether the journal holds an event about `object` itself whose kind ends with ".erased"
// ("dossier.erased", "document.erased"). Reads all of its history where there is none.
Result<bool> was_erased(const storage::Store& store, const Uuid& object);

}  // namespace dms
