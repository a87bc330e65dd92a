#pragma once

// A counter in the store that every commit advances which changes who may do what: users, groups,
// org units, tokens, sessions' ends, access lists. What is remembered in memory about them is valid
// exactly as long as the counter stands.

#include <cstdint>

#include "dms/base/result.h"
#include "storage/commit.h"
#include "storage/view.h"

namespace dms {

Result<std::uint64_t> identity_revision(const storage::View& view);
Result<void> advance_identity_revision(const storage::View& view, storage::Commit& commit);

}  // namespace dms
