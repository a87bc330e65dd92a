#pragma once

// Signing in with user name and password. A wrong name, a wrong password and an inactive user give
// the same answer after the same work: one hash and one event each. What the throttle holds back
// is told as well, and costs no hash.

#include <string>

#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/login_throttle.h"
#include "dms/password.h"
#include "dms/session.h"
#include "dms/sign_in_failures.h"
#include "storage/store.h"

namespace dms {

struct Credentials {
  std::string user;  // as typed
  Secret password;   // as typed
  std::string remote_address;
};

// Thread-safe. Borrows what it is given.
class SignIn {
 public:
  SignIn(storage::Store& store, const PasswordHasher& hasher, LoginThrottle& throttle,
         Sessions& sessions, SignInFailures& failures)
      : store_(store),
        hasher_(hasher),
        throttle_(throttle),
        sessions_(sessions),
        failures_(failures) {}

  // Blocks for a hash and a commit: call it on the `password` lane. `rate_limited` (not hashed) or
  // `unauthenticated`, both journaled as session.refused (sign_in_failures.h), or a new session,
  // journaled as session.started. A hash made with outdated parameters is replaced.
  Result<StartedSession> sign_in(const Credentials& credentials);

 private:
  Result<StartedSession> attempt(const Credentials& credentials, const std::string& name);

  storage::Store& store_;
  const PasswordHasher& hasher_;
  LoginThrottle& throttle_;
  Sessions& sessions_;
  SignInFailures& failures_;
};

}  // namespace dms
