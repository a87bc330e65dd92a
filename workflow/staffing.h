#pragma once

// Who can be asked and who may act for whom, read from the store. Pure but for reads through a
// View; for decide() and for reading alike. Thread-safe.

#include <optional>
#include <set>
#include <vector>

#include "dms/actor.h"
#include "storage/view.h"
#include "workflow/engine.h"

namespace dms::workflow {

// The active users meant by each of `subjects`, and the deputyships around who acts.
Result<Staffing> staffing_of(const storage::View& view, const std::set<Subject>& subjects,
                             const Acting& acting, Instant now);

// Somebody whom an actor can act as: himself, or one he deputises for now.
struct Standing {
  std::optional<UserId> on_behalf_of;
  std::vector<Subject> subjects;  // the user, his groups, his org unit and those above it
};

// Himself first. None for machine tokens (tasks are done in person) and inactive users.
Result<std::vector<Standing>> standings_of(const storage::View& view, const Actor& actor,
                                           Instant now);

// Whether the active user, group or org unit is there.
Result<bool> subject_exists(const storage::View& view, const Subject& subject);

}  // namespace dms::workflow
