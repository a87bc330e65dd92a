#pragma once

// A row of the route table: everything the server must know about a route, in one place.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "web/http/message.h"

namespace dms::web {

enum class BodyKind : std::uint8_t {
  none,       // a body is 400
  json,       // application/json, whole, at most json_body_max
  stream,     // any bytes, to the sink that open_sink made
  multipart,  // multipart/form-data: part `metadata` (JSON, first), then one part `file`, streamed
};

inline constexpr std::uint64_t json_body_max = 1U << 20U;  // bytes; also of the `metadata` part

enum class LaneKind : std::uint8_t {
  interactive,
  upload,
  password,
  verification,  // minutes of walking, which nobody else is to wait for
};

using Handler = std::function<Result<Response>(Exchange&)>;
using Admit = std::function<Result<void>(Exchange&)>;
using OpenSink = std::function<Result<std::unique_ptr<BodySink>>(Exchange&)>;

struct Route {
  Method method = Method::get;
  // "/api/v1/documents/{id}"; literal segments win over parameters. A last segment "{name...}"
  // takes what remains (at least one segment) and yields to everything else.
  std::string_view pattern;
  BodyKind body = BodyKind::none;
  LaneKind lane = LaneKind::interactive;
  std::uint64_t body_bytes_max = 0;  // for stream and multipart; 0 = the server's upload limit
  // On the lane, on headers alone, before `100 Continue`: session, CSRF, rights, If-Match.
  Admit admit;
  // multipart: after `metadata`, before `file`: target, rights. May set sink: then no file comes.
  Admit admit_metadata;
  OpenSink open_sink;
  // On the lane, with the whole body in the exchange.
  Handler handle;
};

// Turns an Error into what the client sees (problem+json); set by the application.
using RenderError = std::function<Response(const Error&, const Request&)>;

// The same for what the HTTP layer itself refuses with a status that no ErrorCode stands for: 400
// (malformed), 405, 414, 417, 421, 431, 501, 505. Where `request` could not be parsed only its
// request_id and remote_address are set. Unset: a plain problem+json.
using RenderRefusal =
    std::function<Response(unsigned status, const Message&, const Request& request)>;

// The application as the HTTP server sees it. `routes` and functions are called concurrently.
struct Application {
  std::vector<Route> routes;
  RenderError render_error;
  RenderRefusal render_refusal;
  // Adds the headers that every answer carries (security headers, request id).
  std::function<void(const Request&, Response&)> finish;
  // Whether `host` (lower case, no port) is served; else 421. Also checked against SNI.
  std::function<bool(std::string_view host)> knows_host;
  // Called once an answer is sent or has failed: for the log and metrics.
  std::function<void(const Request&, unsigned status, std::chrono::microseconds took)> observed;
};

}  // namespace dms::web
