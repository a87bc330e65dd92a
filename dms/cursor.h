#pragma once

// Authenticated cursors: the place where a list goes on, as an opaque text for the client. A cursor
// is bound to its purpose (route, filters, user), so that it is good for nothing else, and carries
// an HMAC-SHA-256, so that nobody makes one up to probe keys of what he may not see.
//
// Format, base64url: 1 byte format (1) ‖ 16 bytes of the HMAC ‖ raw place. The place is not
// encrypted: it holds ids and sort keys of what its holder was shown.

#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "dms/base/secret.h"

namespace dms {

// Raw places are index keys: bounded.
inline constexpr std::size_t cursor_bytes_max = 4096;

// Thread-safe, immutable.
class CursorSealer {
 public:
  // `key`: 32 random bytes, the tenant's own (secret_keys.h).
  explicit CursorSealer(Secret key) : key_(std::move(key)) {}
  // "" for an empty place: the list has ended.
  std::string seal(std::string_view purpose, std::string_view place) const;
  // The place; "" for an empty cursor. `invalid` at /cursor for anything that seal() did not make
  // for the same purpose.
  Result<std::string> open(std::string_view purpose, std::string_view cursor) const;

 private:
  Secret key_;
};

}  // namespace dms
