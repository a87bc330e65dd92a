#include "dms/cursor.h"

#include "dms/base/bytes.h"
#include "dms/hmac.h"

namespace dms {

namespace {

constexpr char cursor_format = 1;
constexpr std::size_t mac_bytes = 16;  // of the HMAC's 32: 2^-128 to guess
constexpr std::size_t header_bytes = 1 + mac_bytes;

// The purpose's length stands before it, so that no purpose runs into a place.
std::string mac_of(const Secret& key, std::string_view purpose, std::string_view place) {
  std::string message = "aktenwerk cursor";
  message += cursor_format;
  append_big_endian(message, static_cast<std::uint64_t>(purpose.size()));
  message += purpose;
  message += place;
  return std::string(hmac_sha256(key, message).raw().substr(0, mac_bytes));
}

tl::unexpected<Error> not_a_cursor() {
  return fail(invalid_field("/cursor", "Diese Fortsetzungsmarke gilt hier nicht.",
                            "This cursor is not valid here."));
}

}  // namespace

std::string CursorSealer::seal(std::string_view purpose, std::string_view place) const {
  if (place.empty()) return {};
  std::string bytes(1, cursor_format);
  bytes += mac_of(key_, purpose, place);
  bytes += place;
  return to_base64url(bytes);
}

Result<std::string> CursorSealer::open(std::string_view purpose, std::string_view cursor) const {
  if (cursor.empty()) return std::string();
  if (cursor.size() > cursor_bytes_max * 2) return not_a_cursor();
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() <= header_bytes || bytes->front() != cursor_format) {
    return not_a_cursor();
  }
  const std::string_view sent_mac = std::string_view(*bytes).substr(1, mac_bytes);
  std::string place = bytes->substr(header_bytes);
  if (!equal_constant_time(sent_mac, mac_of(key_, purpose, place))) return not_a_cursor();
  return place;
}

}  // namespace dms
