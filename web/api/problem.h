#pragma once

// Errors on the wire: RFC 9457 problem+json in the language the client asks for. The one place
// where error codes become status codes. Pure; thread-safe.

#include <string_view>

#include "dms/base/error.h"
#include "web/http/message.h"

namespace dms::web {

unsigned http_status(ErrorCode code);

enum class Language : std::uint8_t { de, en };

// The better of German and English by Accept-Language (RFC 9110 §12.5.4); German where it says
// nothing we have.
Language choose_language(std::string_view accept_language);

// Nothing of `hint` is sent. Carries Retry-After where the error has one.
Response render_problem(const Error& error, const Request& request);

// The same for a status that no ErrorCode stands for (405, 414, 416, 421 …).
Response render_refusal(unsigned status, const Message& message, const Request& request);

}  // namespace dms::web
