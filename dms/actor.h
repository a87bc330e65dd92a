#pragma once

// Who acts: made once a request from a session or a machine token and passed to every use case. The
// subjects are read again inside decide(), so that tightened rights hold with the first commit.

#include <optional>
#include <string>

#include "dms/ids.h"

namespace dms {

struct Actor {
  UserId user;                         // nil: the system itself (jobs), never a request
  std::optional<UserId> on_behalf_of;  // substitution; later issue fills it
  std::optional<TokenId> token;        // a machine: limited to the token's rights
  bool system_administrator = false;   // manages users and configuration; reads no content by it
  std::string address;                 // where the request came from, numeric; "": jobs, commands
  friend bool operator==(const Actor&, const Actor&) = default;
};

}  // namespace dms
