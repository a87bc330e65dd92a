#include "search/xapian_guard.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

namespace dms::search {

namespace {

ErrorCode code_of(const Xapian::Error& error) {
  const std::string_view type = error.get_type();
  if (type == "DatabaseModifiedError" || type == "DatabaseLockError") return ErrorCode::busy;
  // A system call that failed says nothing of what is in the files, but for one that is missing.
  const char* cause = error.get_error_string();
  if (cause != nullptr && std::string_view(cause) == std::strerror(ENOSPC)) {
    return ErrorCode::storage_full;
  }
  if (cause != nullptr && std::string_view(cause) != std::strerror(ENOENT)) {
    return ErrorCode::unavailable;
  }
  if (type == "DatabaseCorruptError" || type == "DatabaseOpeningError" ||
      type == "DatabaseNotFoundError" || type == "DatabaseVersionError" ||
      type == "DatabaseError" || type == "DocNotFoundError" || type == "SerialisationError" ||
      type == "RangeError") {
    return ErrorCode::corrupt;
  }
  return ErrorCode::internal;
}

}  // namespace

Error to_error(const Xapian::Error& error) {
  const ErrorCode code = code_of(error);
  if (code == ErrorCode::busy) {
    Error busy = make_error(code, "Der Suchindex wird gerade geändert. Bitte noch einmal suchen.",
                            "The search index is being changed. Please search again.");
    busy.hint = error.get_description();
    busy.retry_after_s = 1;
    return busy;
  }
  return operator_error(code, "search index: " + error.get_description());
}

Error to_error(const std::logic_error& error) {
  return operator_error(ErrorCode::corrupt, std::string("search index: ") + error.what());
}

}  // namespace dms::search
