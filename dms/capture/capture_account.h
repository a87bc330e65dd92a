#pragma once

// As whom and into which inbox something is taken in that comes by itself: named in the
// configuration, found anew at each round, for people and inboxes change. What the account may do
// its rights say, as everywhere.

#include <string_view>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/ids.h"
#include "storage/store.h"

namespace dms {

// The active user with this login. `not_found`, told in the hint, where there is none.
Result<Actor> capture_actor(const storage::Store& store, std::string_view login);

// The inbox with this id or name. `not_found`, told in the hint, where there is none.
Result<InboxId> capture_inbox(const storage::Store& store, std::string_view name);

}  // namespace dms
