#pragma once

// Rights for reading, from memory. Answers are those of permission.h on the same View: they are
// kept by the identity revision (a counter in the store that every change of users, groups, org
// units, tokens and lists advances in its own commit), so a stale answer cannot be given.
//
// Not for decide(): there rights_in() reads the records themselves, so that the committer knows
// what the decision stands on.

#include <memory>

#include "dms/actor.h"
#include "dms/base/result.h"
#include "dms/permission.h"
#include "storage/view.h"

namespace dms {

// Thread-safe. Memory: at most about 100,000 answers, then it begins anew.
class PermissionCache {
 public:
  PermissionCache();
  ~PermissionCache();
  // As rights_in() and require() of permission.h.
  Result<Rights> rights_in(const storage::View& view, const Actor& actor, ScopeId scope) const;
  Result<void> require(const storage::View& view, const Actor& actor, ScopeId scope,
                       Right right) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dms
