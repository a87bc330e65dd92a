#pragma once

// Machine tokens: how programs act for a user, with `Authorization: Bearer`. A token has never more
// rights than its user, only those it names, optionally only in the scopes it names, and expires.
// It carries no system administrator's power. Its secret is shown once; its SHA-256 is stored.
//
// A user makes, lists and revokes his own tokens; a system administrator those of all. Tokens
// cannot manage tokens.

#include <chrono>
#include <cstddef>
#include <memory>
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
#include "dms/permission.h"
#include "dms/sign_in_failures.h"
#include "storage/store.h"

namespace dms {

inline constexpr std::chrono::hours token_age_max{24 * 366};
inline constexpr std::size_t tokens_per_user_max = 50;

struct Token {
  TokenId id;
  UserId user;       // for whom it acts
  std::string name;  // what it is for
  Rights rights;
  std::vector<ScopeId> scopes;  // empty: wherever the user has rights
  Instant created;
  UserId created_by;
  Instant expires;
  std::optional<Instant> revoked;
};

struct NewToken {
  std::optional<UserId> user;  // nullopt: for the actor himself
  std::string name;
  Rights rights;
  std::vector<ScopeId> scopes;
  Instant expires;
};

struct CreatedToken {
  Token token;
  Secret secret;  // what the program sends: "akt_" and 43 characters. Not to be had again
};

// Thread-safe. Borrows what it is given. Functions that commit block.
class Tokens {
 public:
  Tokens(storage::Store& store, const Clock& clock, SignInFailures& failures);
  ~Tokens();

  Result<CreatedToken> create(const Actor& actor, const NewToken& input);
  // Newest first; revoked and expired ones too.
  Result<Page<Token>> list(const Actor& actor, UserId user, const PageRequest& page) const;
  // Idempotent. `not_found` for a token the actor may not manage.
  Result<void> revoke(const Actor& actor, TokenId id);

  // Who acts with `bearer` (what follows "Bearer "), shown from `address`. From memory, checked
  // against the store's identity revision. `unauthenticated` for anything but a live token of an
  // active user; that blocks for a commit, for it is journaled as token.refused
  // (sign_in_failures.h).
  Result<Actor> authenticate(const Secret& bearer, std::string_view address = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms
