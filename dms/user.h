#pragma once

// Users: who can sign in, and the subjects that grants name. Users are never deleted, only made
// inactive, for the journal names them for ever; what is personal can go (person_erasure.h).
//
// All of this but `me`, `change_own_password` and `display_name` is for system administrators,
// decided again inside each commit; others get `forbidden`. An administrator cannot change his own
// groups, org unit, activity or administrator flag (nobody widens his own rights), his own password
// only with the current one, and the last active administrator stays one. Each change is an event
// whose envelope holds ids only.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "dms/page.h"
#include "dms/password.h"
#include "storage/store.h"

namespace dms {

class LoginThrottle;
class SignInFailures;

struct User {
  UserId id;
  std::uint64_t revision = 0;  // the ETag
  std::string name;            // what is typed to sign in; unique when folded
  std::string display_name;
  std::string email;  // may be empty
  std::optional<OrgUnitId> org_unit;
  std::vector<GroupId> groups;
  bool active = true;
  bool system_administrator = false;
  Instant created;
  Instant modified;
};

struct NewUser {
  std::string name;
  std::string display_name;
  std::string email;
  Secret password;
  std::optional<OrgUnitId> org_unit;
  std::vector<GroupId> groups;
  bool system_administrator = false;
};

// What is named is changed. `clear_org_unit` takes the user out of every org unit.
struct UserChange {
  std::optional<std::string> display_name;
  std::optional<std::string> email;
  std::optional<Secret> password;  // set by an administrator; ends the user's sessions
  std::optional<OrgUnitId> org_unit;
  bool clear_org_unit = false;
  std::optional<std::vector<GroupId>> groups;
  std::optional<bool> active;  // false ends the user's sessions and tokens
  std::optional<bool> system_administrator;
};

struct OwnPasswordChange {
  Secret current;
  Secret next;
  std::string remote_address;  // guessing `current` is throttled like signing in
};

// Thread-safe. Borrows everything it is given. Functions that commit or hash block.
class Users {
 public:
  Users(storage::Store& store, const Clock& clock, const PasswordHasher& hasher,
        LoginThrottle& throttle, SignInFailures& failures);

  Result<User> create(const Actor& actor, const NewUser& input);
  Result<User> update(const Actor& actor, UserId id, const UserChange& change,
                      std::uint64_t if_match);
  Result<User> get(const Actor& actor, UserId id) const;
  Result<Page<User>> list(const Actor& actor, const PageRequest& page) const;  // by folded name

  // The actor's own record; not for machine tokens' secrets, but fine for their owner's name.
  Result<User> me(const Actor& actor) const;
  // Ends all sessions of the actor, this one too. `invalid` at /current_password where that is
  // wrong, `rate_limited` where it was too often, both journaled as user.password_refused;
  // `forbidden` for machine tokens.
  Result<void> change_own_password(const Actor& actor, const OwnPasswordChange& change);

  // For "changed by": every signed-in user may know the names of the house. "" where absent.
  Result<std::string> display_name(const Actor& actor, UserId id) const;

  // Makes the first system administrator of an empty tenant, on the command of who runs the
  // server. `conflict` where any user exists.
  Result<User> bootstrap_administrator(const NewUser& input);

 private:
  storage::Store& store_;
  const Clock& clock_;
  const PasswordHasher& hasher_;
  LoginThrottle& throttle_;
  SignInFailures& failures_;
};

// For decide() of other use cases. -------------------------------------------------------------

// `unauthenticated` unless the actor is an active user.
Result<void> require_active(const storage::View& view, const Actor& actor);
// Whether the actor is an active system administrator, in person (no token).
Result<bool> is_administrator(const storage::View& view, const Actor& actor);
// `forbidden` unless he is.
Result<void> require_administrator(const storage::View& view, const Actor& actor);
Result<bool> user_exists(const storage::View& view, UserId id);

}  // namespace dms
