#pragma once

// The subjects a user is when lists are read: himself, his groups, his org unit and those above it,
// everyone (but system administrators). Internal to the permission code.

#include <vector>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/permission.h"
#include "dms/scope.h"
#include "storage/view.h"

namespace dms {

// Empty for users who are absent or inactive.
Result<std::vector<Subject>> subjects_of(const storage::View& view, UserId user);

// What `list` gives to somebody who is all of `subjects`.
Rights rights_by(const AccessList& list, const std::vector<Subject>& subjects);

// The list of `scope`; an empty one where it has none.
Result<AccessList> access_list_of(const storage::View& view, ScopeId scope);

// What a machine token leaves of its user's rights.
struct TokenLimit {
  Rights rights;
  std::vector<ScopeId> scopes;  // empty: any
  Rights applied_to(Rights of_user, ScopeId scope) const;
};
// Nothing at all for tokens that are absent, revoked or another user's.
Result<TokenLimit> token_limit_of(const storage::View& view, TokenId token, UserId user);

}  // namespace dms
