#pragma once

// A tenant's keys. They lie outside the tenant's folder, each a file of its own with mode 0600 in a
// folder with mode 0700, so that a copied tenant folder carries none. Made at first use; losing the
// cursor key only makes clients start their lists again, losing the signing key has heads signed
// with a new one (audit_heads.h).
// The files: key_file.h.

#include <string>

#include "dms/base/result.h"
#include "dms/base/secret.h"

namespace dms {

struct TenantKeys {
  Secret cursor;   // 32 bytes: HMAC key of cursors and opaque ids
  Secret signing;  // 32 bytes: seed of the Ed25519 key that signs the journal's heads
};

// Reads the keys in `folder`, making folder and keys where absent. `unavailable` where they cannot
// be read or are open to others, `corrupt` where a checksum does not fit (the hint says which
// file).
Result<TenantKeys> load_or_create_keys(const std::string& folder);

}  // namespace dms
