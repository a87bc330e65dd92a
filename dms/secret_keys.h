#pragma once

// A tenant's keys. They lie outside the tenant's folder, each a file of its own with mode 0600 in a
// folder with mode 0700, so that a copied tenant folder carries none. Made at first use; losing the
// cursor key only makes clients start their lists again, losing the signing key has heads signed
// with a new one (audit_heads.h).
//
// FOR EVER: a file is the key's 32 bytes and their SHA-256, 64 bytes in all. A file of 32 bytes is
// a key of an early version; it gets its checksum when it is read.

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

// A key that the operator keeps, in a file of the same format. `not_found` where it is absent;
// other errors as above.
Result<Secret> read_key_file(const std::string& path);
// Makes one; `conflict` where there is anything of that name.
Result<void> create_key_file(const std::string& path);

}  // namespace dms
