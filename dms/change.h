#pragma once

// What all objects and use cases of the domain share: who changed an object when, and
// what else goes into a creating commit.

#include <cstdint>
#include <functional>

#include "dms/base/error.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/ids.h"
#include "storage/commit.h"

namespace dms {

// When and by whom.
struct Stamp {
  Instant at;
  UserId by;  // nil: the system itself
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

// What every object has. `revision` counts its changes from 1: the ETag. Each change of an existing
// object names the revision it was decided on (`if_match`); another one is `stale_version`.
struct ChangeInfo {
  std::uint64_t revision = 1;
  Stamp created;
  Stamp modified;
  friend bool operator==(const ChangeInfo&, const ChangeInfo&) = default;
};

// The one Error for an outdated `if_match`.
Error stale_version();

// Adds to a creating use case's commit, inside decide(): find_replay() and record_idempotent() of
// the request (idempotency.h). Like decide() it may be called more than once. `created` is the id
// of the new object.
using AlsoCommit = std::function<Result<void>(const storage::View& view, storage::Commit& commit,
                                              const Uuid& created)>;

}  // namespace dms
