#pragma once

// Sign-in sessions of people in browsers. A session is a 256-bit secret that the browser holds in a
// cookie; the store holds only its SHA-256. It ends 30 minutes after its last use, 12 hours after
// its start, at sign-out, and at once when the user's password changes or he is made inactive.
//
// authenticate() is part of every request: it is answered from memory and checked against the
// store's identity revision (identity_revision.h), so it costs microseconds and no fsync. The last
// use is kept in memory and written by persist_activity(), so a session may end up to a minute
// early after a crash, never late.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/base/secret.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/store.h"

namespace dms {

inline constexpr std::chrono::minutes session_idle_max{30};
inline constexpr std::chrono::hours session_age_max{12};
// Sessions one user may hold at a time; a further sign-in ends the one not used for longest.
inline constexpr std::size_t sessions_per_user_max = 20;

struct Session {
  SessionId id;
  Actor actor;
  Instant started;
  Instant ends;  // absolute
};

struct StartedSession {
  Session session;
  Secret secret;  // the cookie's value: 43 characters of base64url. Not to be had again
};

// The token that unsafe requests by cookie must send as X-CSRF-Token: derived from the session's
// secret (HMAC-SHA-256), so that it need not be stored and changes with it.
std::string csrf_token(const Secret& session_secret);
// In constant time.
bool csrf_token_matches(const Secret& session_secret, std::string_view sent);

// Thread-safe. Borrows what it is given. Functions that commit block.
class Sessions {
 public:
  Sessions(storage::Store& store, const Clock& clock);
  ~Sessions();

  // Who holds `secret`; notes the use. `unauthenticated` for anything but a live session: unknown,
  // expired, ended, malformed all look the same.
  Result<Session> authenticate(const Secret& secret);
  // The same without noting a use: for what goes on by itself, which must not keep a session alive
  // that nobody sits before.
  Result<Session> look_up(const Secret& secret);

  // Ends the session; idempotent. Only the session's own user may.
  Result<void> end(const Actor& actor, SessionId id);
  // Ends all sessions of `user`: himself or a system administrator may.
  Result<void> end_all(const Actor& actor, UserId user);
  Result<std::vector<Session>> list(const Actor& actor, UserId user) const;

  // Writes the last uses noted since the last call in one commit. Call it once a minute and before
  // closing.
  Result<void> persist_activity();
  // Removes ended sessions from the store, a bounded number a call. Returns how many.
  Result<std::size_t> sweep();

 private:
  friend class SignIn;
  // Starts a session for a user whose password was verified against `verified_phc`:
  // `unauthenticated` where the user has become inactive or the password has changed since. A
  // `fresh_phc` that is not empty replaces that hash in the same commit. `address`: from where.
  Result<StartedSession> start(UserId user, std::string_view verified_phc, std::string fresh_phc,
                               std::string_view address);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms
