#pragma once

// Who is away today, and who stands in: what colleagues see beside a name before they send him
// something. Every signed-in user of the tenant may know it; what else stands in a substitution is
// for who entered it (substitution.h).

#include <map>
#include <vector>

#include "dms/actor.h"
#include "dms/base/time.h"
#include "storage/store.h"
#include "workflow/ids.h"

namespace dms::workflow {

struct Absence {
  Date until;                    // the last day, in Germany
  std::vector<UserId> deputies;  // active users, each once
};

// Those of `users` who are away at `now`: a substitution of theirs is running. Blocking.
Result<std::map<UserId, Absence>> absences_of(const storage::Store& store, const Actor& actor,
                                              const std::vector<UserId>& users, Instant now);

}  // namespace dms::workflow
