// fuzz-links: aktenwerk_http
//
// Request targets and Host fields: what is accepted must be what the header promises.

#include "web/http/target.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "dms/base/text.h"
#include "web/http/ascii.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_path(std::string_view path) {
  require(path == "*" || path.starts_with('/'));
  require(dms::is_valid_utf8(path));
  for (const char c : path) require(!dms::web::is_control(c) && c != '\\');
  require(path.find("//") == std::string_view::npos);
  for (const std::string_view dots : {"/./", "/../"}) {
    require(path.find(dots) == std::string_view::npos);
  }
  require(!path.ends_with("/.") && !path.ends_with("/.."));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto target = dms::web::parse_target(bytes)) {
    check_path(target->path);
    require(target->query.size() <= dms::web::query_parameters_max);
    for (const auto& [name, value] : target->query) {
      require(dms::is_valid_utf8(name) && dms::is_valid_utf8(value));
      require(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos);
    }
  }
  if (const auto authority = dms::web::parse_authority(bytes)) {
    require(authority->text == bytes && !authority->host.empty());
    for (const char c : authority->host) require(!dms::web::is_control(c) && c != '/' && c != '@');
    // What was accepted once is accepted again.
    require(authority->host.find(':') != std::string::npos ||
            dms::web::parse_authority(authority->host)->host == authority->host);
  }
  return 0;
}
