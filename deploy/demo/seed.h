#pragma once

// Fills an empty tenant: the town with its people, filing plan, access lists and templates, then
// what happened there.

#include <string>
#include <vector>

#include "deploy/demo/desk.h"
#include "deploy/demo/story.h"
#include "deploy/demo/story_clock.h"
#include "dms/tenant.h"

namespace dms::demo {

// A password at random for each person: of this installation only.
Passwords make_passwords(const Town& town);

struct SeedInput {
  const Town& town;
  std::string plan_csv;
  std::string plan_title;
  const Passwords& passwords;
};

// Blocks for seconds. `clock` must be the tenant's; it ends with the last thing that happened.
// Fails where the tenant has users already.
Result<void> seed(Tenant& tenant, StoryClock& clock, const SeedInput& input);

}  // namespace dms::demo
