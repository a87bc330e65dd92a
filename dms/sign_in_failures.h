#pragma once

// Refused sign-ins in the journal, and how strangers are kept from filling it with them: of an hour
// at most a hundred of each kind are told one by one (object: the user whose name was typed or
// whose token was shown, where there is one, else the store). What is beyond is counted, and told
// once the hour is over as `session.refusals_counted`. What was typed as a name that nobody has is
// not kept, for it may be a password; nor is anything of what was shown as a token.
//
// The kinds have a hundred each, so that attempts which the throttle holds back, and which cost
// whoever makes them nothing, do not hide wrong passwords at other users.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dms/actor.h"
#include "dms/base/mutex.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/store.h"

namespace dms {

inline constexpr unsigned refusals_told_per_hour_max = 100;  // of each kind

enum class SignInRefusal : std::uint8_t {
  credentials,  // nobody has the name, or the password is another one
  inactive,     // the password is right, the user may not sign in
  changed,      // user or password were changed while it was looked at
  throttled     // held back (login_throttle.h): the password was not looked at
};

// Journaled as `session.refused`; the reason stands in the detail, but for `credentials`.
struct RefusedSignIn {
  SignInRefusal reason = SignInRefusal::credentials;
  std::string_view address;
  // As typed; "" for what cannot be a name. Whose it is is looked up only where the refusal is told
  // one by one, so that nobody can learn who exists from how long a throttled answer takes.
  std::string_view folded_name;
};

enum class TokenRefusal : std::uint8_t {
  unknown,  // there is none with this secret
  revoked,
  expired,
  inactive  // its user is
};

// Journaled as `token.refused`, with the reason.
struct RefusedToken {
  TokenRefusal reason = TokenRefusal::unknown;
  std::string_view address;
  std::optional<UserId> user;    // nullopt where it is unknown
  std::optional<TokenId> token;  // the same
};

// Thread-safe. Borrows both. Counts are kept in memory: a killed process loses its last hour's.
class SignInFailures {
 public:
  SignInFailures(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Each blocks for a commit, or for none once the hour has had its share.
  Result<void> record(const RefusedSignIn& refused);
  Result<void> record(const RefusedToken& refused);
  // The throttle held back what `actor` typed as his present password at an open session: journaled
  // as `user.password_refused`, within the share of throttled sign-ins.
  Result<void> record_throttled_password(const Actor& actor);

  // Journals the counts of hours that are over; to be called once a minute.
  Result<void> tell_count();
  // The same at once, before the end.
  Result<void> tell_rest();

 private:
  // What has a hundred an hour of its own.
  enum class Kind : std::uint8_t { looked_at, throttled, token };
  static constexpr std::array all_kinds{Kind::looked_at, Kind::throttled, Kind::token};
  struct Hour {
    Instant begun;
    unsigned told = 0;
    std::uint64_t counted = 0;
  };
  struct Share {
    Hour hour;
    Hour past;  // not told yet, where it counted any
  };
  Share& share(Kind kind) DMS_REQUIRES(mutex_) { return shares_[static_cast<std::size_t>(kind)]; }
  // Whether one more is told; else it is counted.
  bool takes_one_more(Kind kind);
  Result<void> tell(Kind kind, const Hour& hour);

  storage::Store& store_;
  const Clock& clock_;
  Mutex mutex_;
  std::array<Share, all_kinds.size()> shares_ DMS_GUARDED_BY(mutex_);
};

}  // namespace dms
