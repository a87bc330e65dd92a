#include "web/http/entity_tag.h"

#include "web/http/ascii.h"

namespace dms::web {

bool matches_none_match(const Request& request, std::string_view etag) {
  const auto header = request.headers.find("if-none-match");
  if (!header) return false;
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string_view tag = trim_blanks(rest.substr(0, comma));
    if (tag == "*") return true;
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return false;
}

}  // namespace dms::web
