#pragma once

// If-None-Match (RFC 9110 §13.1.2). Pure; thread-safe.

#include <string_view>

#include "web/http/message.h"

namespace dms::web {

// Whether If-None-Match names `etag` (weak comparison) or `*`: then answer 304.
bool matches_none_match(const Request& request, std::string_view etag);

}  // namespace dms::web
