#pragma once

// One way to fail. An Error says what the caller should do next (its code), what happened (a
// message in German and English, fit to be shown to a user) and, for the operator, an optional
// hint that never reaches a client. Values only; safe to copy between threads.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dms {

// What the caller should do about it. Mapped to HTTP in one place (web/api/problem).
enum class ErrorCode : std::uint8_t {
  invalid,                // 400: the request is malformed; mend it
  unauthenticated,        // 401: sign in
  forbidden,              // 403: the asker may see the object but not do this
  not_found,              // 404: absent, or not to be known of
  conflict,               // 409: contradicts the present state
  stale_version,          // 412: somebody changed it since; read again
  precondition_required,  // 428: send If-Match
  too_large,              // 413
  unsupported,            // 415
  unprocessable,          // 422: same Idempotency-Key, other content; malware in a file
  rate_limited,           // 429: wait
  busy,                   // 503: a queue is full; try again
  unavailable,            // 503: this tenant or service is not serving now
  storage_full,           // 507
  corrupt,                // 500: stored bytes are not what was written
  internal,               // 500: a bug
};

// The name of `code` as used in problem types, logs and metrics ("stale_version").
std::string_view to_string(ErrorCode code);

// A sentence for a user in the two languages of the interface.
struct Message {
  std::string de;
  std::string en;
  friend bool operator==(const Message&, const Message&) = default;
};

// One field of a request that is wrong. `pointer` is an RFC 6901 JSON pointer
// ("/metadata/subject").
struct FieldError {
  std::string pointer;
  Message message;
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  Message message;
  std::string hint;                 // operator only: library text, path; logged, never sent
  std::vector<FieldError> fields;   // for `invalid`
  std::uint32_t retry_after_s = 0;  // for busy, unavailable, rate_limited, conflict; 0 = none
};

// Builds an Error for a user-facing condition.
Error make_error(ErrorCode code, std::string_view de, std::string_view en);

// Builds an Error whose cause only the operator can act on (corrupt, internal, storage_full,
// unavailable): the user reads a generic sentence, `hint` goes to the log.
Error operator_error(ErrorCode code, std::string hint);

// An `invalid` Error about one field.
Error invalid_field(std::string pointer, std::string_view de, std::string_view en);

}  // namespace dms
