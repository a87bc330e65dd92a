#include "dms/base/error.h"

#include <utility>

namespace dms {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::unauthenticated:
      return "unauthenticated";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::stale_version:
      return "stale_version";
    case ErrorCode::precondition_required:
      return "precondition_required";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::unprocessable:
      return "unprocessable";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::storage_full:
      return "storage_full";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

Error make_error(ErrorCode code, std::string_view de, std::string_view en) {
  Error error;
  error.code = code;
  error.message = {std::string(de), std::string(en)};
  return error;
}

Error operator_error(ErrorCode code, std::string hint) {
  Error error = make_error(code, "Der Server kann die Anfrage gerade nicht ausführen.",
                           "The server cannot carry out the request at present.");
  if (code == ErrorCode::storage_full) {
    error.message = {"Der Speicherplatz des Servers ist erschöpft. Es wurde nichts gespeichert.",
                     "The server has run out of storage space. Nothing was stored."};
  }
  error.hint = std::move(hint);
  return error;
}

Error invalid_field(std::string pointer, std::string_view de, std::string_view en) {
  Error error = make_error(ErrorCode::invalid, "Eine Angabe ist ungültig.", "A field is invalid.");
  error.fields.push_back({std::move(pointer), {std::string(de), std::string(en)}});
  return error;
}

}  // namespace dms
