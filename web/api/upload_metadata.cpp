#include "web/api/upload_metadata.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dms/base/bytes.h"

namespace dms::web {

namespace {

tl::unexpected<Error> malformed() {
  return fail(ErrorCode::invalid,
              "Die Kopfzeile Upload-Metadata ist keine Liste aus Namen und Base64-Werten.",
              "The header Upload-Metadata is no list of names and base64 values.");
}

// base64 with padding (RFC 4648 §4).
std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) {
    return std::nullopt;
  }
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  std::string url(text);
  std::replace(url.begin(), url.end(), '+', '-');
  std::replace(url.begin(), url.end(), '/', '_');
  return from_base64url(url);
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> parse_upload_metadata(
    std::string_view field) {
  std::map<std::string, std::string, std::less<>> values;
  std::string_view rest = field;
  for (bool more = !trimmed(field).empty(); more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view pair = trimmed(rest.substr(0, comma));
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
    const std::size_t space = pair.find(' ');
    const std::string_view name = pair.substr(0, space);
    auto value = decode_base64(space == std::string_view::npos ? "" : pair.substr(space + 1));
    if (!is_name(name) || !value) return malformed();
    if (!values.emplace(name, std::move(*value)).second) return malformed();
    if (values.size() > upload_metadata_pairs_max) return malformed();
  }
  return values;
}

}  // namespace dms::web
