#include "web/http/request_builder.h"

#include <utility>

#include "web/http/ascii.h"
#include "web/http/target.h"

namespace dms::web {

OrRefusal<void> fill_request(Request& request, Head head, const Framing& framing) {
  request.headers = std::move(head.headers);
  request.has_body = framing.body != Framing::Body::none;
  if (framing.has_content_length) request.content_length = framing.content_length;

  auto authority = parse_authority(request.headers.find("Host").value_or(""));
  if (!authority) return tl::unexpected(authority.error());
  request.host = std::move(authority->host);
  request.authority = std::move(authority->text);

  const auto method = parse_method(head.method);
  if (!method) {
    return refuse(501, "Diese HTTP-Methode gibt es hier nicht.",
                  "This HTTP method is not implemented.");
  }
  request.method = *method;
  auto target = parse_target(head.target);
  if (!target) return tl::unexpected(target.error());
  const bool contradicts_host =
      target->authority && !ascii_equal(*target->authority, request.authority);
  if (contradicts_host || (target->path == "*" && request.method != Method::options)) {
    return refuse(400, "Die Adresse der Anfrage ist ungültig.",
                  "The request target contradicts the Host or the method.");
  }
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  return {};
}

}  // namespace dms::web
