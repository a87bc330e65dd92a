#pragma once

// How sessions and machine tokens lie on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/json_record.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/permission.h"
#include "storage/table.h"

namespace dms {

// Keyed by the SHA-256 of its secret.
struct SessionRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  Sha256Digest secret_sha256;
  SessionId id;
  UserId user;
  std::uint64_t generation = 0;  // UserRecord::session_generation at its start
  Instant started;
  Instant last_used;  // as of the last persist_activity()
};
BOOST_DESCRIBE_STRUCT(SessionRecord, (Extensible),
                      (secret_sha256, id, user, generation, started, last_used))

// Index `user`: (user, session id).
extern const storage::Table<SessionRecord> session_table;

struct TokenRecord : Extensible {
  static constexpr std::uint32_t json_format = 1;
  TokenId id;
  Sha256Digest secret_sha256;
  UserId user;
  std::string name;
  std::vector<Open<Right>> rights;
  std::vector<Uuid> scopes;
  Instant created;
  UserId created_by;
  Instant expires;
  std::optional<Instant> revoked;
};
BOOST_DESCRIBE_STRUCT(TokenRecord, (Extensible),
                      (id, secret_sha256, user, name, rights, scopes, created, created_by, expires,
                       revoked))

// Index `secret` is unique; index `user`: (user, token id).
extern const storage::Table<TokenRecord> token_table;

}  // namespace dms
