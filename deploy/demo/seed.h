#pragma once

// Fills an empty tenant by the domain's own use cases: org units, users, access lists, the filing
// plan, dossiers and documents.

#include <string>
#include <vector>

#include "deploy/demo/story.h"
#include "dms/base/secret.h"
#include "dms/tenant.h"

namespace dms::demo {

struct DemoUser {
  std::string name;
  std::string display_name;
  std::string role;        // "clerk", "mobile" or "administrator"
  std::string department;  // an org unit's name; empty for the administrator
  std::string password;    // made at random for each installation
};

std::vector<DemoUser> musterbach_users();
std::vector<DemoUser> nebenbach_users();

struct SeedInput {
  std::string plan_csv;
  std::string plan_title;
  std::vector<DemoUser> users;
  std::vector<Story> stories;
};

// Blocks; a minute at most. Fails where the tenant has users already.
Result<void> seed(Tenant& tenant, const SeedInput& input);

}  // namespace dms::demo
