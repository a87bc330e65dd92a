#pragma once

// The way into a tenant that was imported without secrets: nobody there has a password.

#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"
#include "dms/password.h"
#include "storage/store.h"

namespace dms {

struct PasswordTools {
  const Clock& clock;
  const PasswordHasher& hasher;
};

// Gives the active system administrator of that name a password, on the command of who runs the
// server, and tells the journal. Returns the name as he writes it. `conflict` where anybody has a
// password, `not_found` where no administrator has that name.
Result<std::string> give_first_password(storage::Store& store, const PasswordTools& tools,
                                        std::string_view name, const Secret& password);

}  // namespace dms
