#pragma once

// `aktenwerk verify`.

#include <string>
#include <vector>

#include "web/workshop.h"

namespace dms::web {

struct VerifyOptions {
  bool with_index = false;  // also holds the search index against records and texts
};

// Verifies each tenant, by the running server or here where none listens, shows how far it is and
// prints what it finds. False where there are problems; an error where one could not be verified.
Result<bool> verify_now(Workshop& workshop, const std::vector<std::string>& tenants,
                        const VerifyOptions& options);

}  // namespace dms::web
