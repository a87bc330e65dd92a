// fuzz-links: aktenwerk_http
//
// The first byte chooses the method, the rest is a path: a match must put the path together again.

#include "web/http/router.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using dms::web::Method;
using dms::web::Route;
using dms::web::Router;

const std::vector<Route>& routes() {
  static const std::vector<Route> table = [] {
    std::vector<Route> rows;
    for (const std::string_view pattern : {"/", "/a", "/a/{x}", "/a/b", "/a/{x}/c", "/a/b/{y}/d",
                                           "/{p}/{q}/{r}", "/dav/{path...}", "/dav/index", "/t/"}) {
      Route route;
      route.method = rows.size() % 3 == 0 ? Method::post : Method::get;
      route.pattern = pattern;
      route.handle = [](dms::web::Exchange&) { return dms::web::Response{}; };
      rows.push_back(std::move(route));
    }
    return rows;
  }();
  return table;
}

// The pattern with its parameters filled in.
std::string fill(std::string pattern, const Router::Match& match) {
  for (const auto& [name, value] : match.path_parameters) {
    for (const std::string& slot : {"{" + name + "}", "{" + name + "...}"}) {
      const std::size_t at = pattern.find(slot);
      if (at != std::string::npos) pattern.replace(at, slot.size(), value);
    }
  }
  return pattern;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Router router = std::move(*Router::build(routes()));
  const auto method = static_cast<Method>(data[0] % 7);
  const std::string_view path(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Router::Match match = router.match(method, path);
  const bool is_found = match.kind == Router::Match::Kind::found;
  if (is_found != (match.route != nullptr)) std::abort();
  // Braces in the path would make the filled pattern ambiguous.
  if (is_found && path.find('{') == std::string_view::npos &&
      fill(std::string(match.route->pattern), match) != path) {
    std::abort();
  }
  return 0;
}
