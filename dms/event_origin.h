#pragma once

// Where an act came from, as the audit trail keeps it: in the event's detail, which can be erased,
// for an address is about a person: {"origin":{"address":"192.0.2.7","token":"…"}, …}, with the
// request's numeric address and the id of the machine token that was shown. No act may have a
// member "origin" of its own.

#include <optional>
#include <string>

#include "dms/actor.h"

namespace dms {

struct EventOrigin {
  std::optional<std::string> address;
  std::optional<TokenId> token;
};

// `detail`, a JSON object, with the origin of what `actor` does. Unchanged where there is none.
std::string with_origin(const Actor& actor, std::string detail);

// Takes the origin out of `detail`. What is no JSON object has none and stays as it is.
EventOrigin take_origin(std::string& detail);

}  // namespace dms
