#pragma once

// Creating once: the Idempotency-Key around a use case that creates. The outcome is recorded in the
// creating commit itself; a replay renders the object again for the asker, with today's rights.

#include <functional>
#include <string>
#include <string_view>

#include "dms/base/digest.h"
#include "dms/change.h"
#include "web/api/caller.h"

namespace dms::web {

struct Creation {
  std::string_view route;       // "POST /documents": on disk in idempotency records
  std::string location_prefix;  // Location is this and the new object's id
  Sha256Digest digest;          // of everything the request says: metadata and content
  // Runs the use case; what it is given goes into its commit.
  std::function<Result<Response>(const AlsoCommit&)> create;
  // Renders the object of an earlier, equal request as `create` did, checking rights.
  std::function<Result<Response>(const Uuid&)> render;
};

// Answers `create`, or `render` where the request's key has been used for the same request.
// `unprocessable` for the same key with another digest, `conflict` while the first is running.
Result<Response> create_once(const Caller& caller, const Request& request,
                             const Creation& creation);

}  // namespace dms::web
