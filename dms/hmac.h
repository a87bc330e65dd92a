#pragma once

// HMAC-SHA-256 (RFC 2104) by OpenSSL.

#include <string_view>

#include "dms/base/digest.h"
#include "dms/base/secret.h"

namespace dms {

// Aborts where OpenSSL cannot compute it: there is no answer that would be safe.
Sha256Digest hmac_sha256(const Secret& key, std::string_view message);

}  // namespace dms
