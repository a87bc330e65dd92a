#include "storage/content_keys.h"

namespace dms::storage {

namespace {

constexpr std::string_view missing_en =
    "The content is encrypted, and its key is missing. Please turn to your administrators.";
constexpr std::string_view destroyed_en = "The content was made unreadable: its key is destroyed.";

}  // namespace

Error key_missing(std::string hint) {
  Error error = make_error(
      ErrorCode::unavailable,
      "Der Inhalt ist verschlüsselt, und sein Schlüssel fehlt. Bitte wenden Sie sich an die "
      "Systemverwaltung.",
      missing_en);
  error.hint = std::move(hint);
  return error;
}

Error key_destroyed(std::string hint) {
  Error error =
      make_error(ErrorCode::not_found,
                 "Der Inhalt wurde unlesbar gemacht: Sein Schlüssel ist vernichtet.", destroyed_en);
  error.hint = std::move(hint);
  return error;
}

bool is_without_key(const Error& error) {
  return error.message.en == missing_en || error.message.en == destroyed_en;
}

}  // namespace dms::storage
