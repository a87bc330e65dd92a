#pragma once

// People at their desks: each signs in by his own password before he does something, and stays
// signed in for as long as a session lasts.

#include <map>
#include <string>

#include "dms/base/secret.h"
#include "dms/tenant.h"

namespace dms::demo {

// Passwords by the names of users.
using Passwords = std::map<std::string, Secret, std::less<>>;

// Borrows both. Not thread-safe; blocks.
class Desk {
 public:
  Desk(Tenant& tenant, const Passwords& passwords) : tenant_(tenant), passwords_(passwords) {}

  // Who acts, by his session. `not_found` for nobody of the house.
  Result<Actor> actor(const std::string& name);
  // Everybody signs out.
  Result<void> close();

 private:
  Tenant& tenant_;
  const Passwords& passwords_;
  std::map<std::string, StartedSession> sessions_;
};

}  // namespace dms::demo
