#pragma once

// Finds the row of the route table for a method and a decoded path. Immutable once built, so
// thread-safe; lookups allocate only for path parameters and Allow.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "web/http/route.h"

namespace dms::web {

class Router {
 public:
  struct Match {
    enum class Kind : std::uint8_t {
      found,
      not_found,           // no route has this path
      method_not_allowed,  // the path exists: `allow`
      options,             // OPTIONS on a path without a row for it: `allow`
    };
    Kind kind = Kind::not_found;
    const Route* route = nullptr;  // found; lives as long as the table
    std::map<std::string, std::string, std::less<>> path_parameters;
    std::string allow;  // "GET, HEAD, POST": the value of Allow
  };

  // `routes` is borrowed and must outlive the router. `internal` where a pattern is malformed, or
  // two rows have the same method and shape.
  static Result<Router> build(const std::vector<Route>& routes);
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  // HEAD is answered by the row of GET where it has none of its own. The path decides first
  // (segment by segment, literals before parameters before rest), then the method.
  Match match(Method method, std::string_view path) const;

 private:
  struct Node;
  Router();
  std::unique_ptr<Node> root_;
};

}  // namespace dms::web
