// /healthz, /readyz, /metrics and the interface's own description.

#include "web/api/openapi.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

Result<void> admit_all(Exchange&) {
  return {};
}

Result<Response> show_health(Exchange&) {
  return json_response(200, R"({"status":"alive"})");
}

Route plain_route(std::string_view pattern, Handler handler) {
  Route route;
  route.method = Method::get;
  route.pattern = pattern;
  route.admit = admit_all;
  route.handle = std::move(handler);
  return route;
}

Handler show_readiness(const ApiContext& context, ReadinessDetail detail) {
  return [readiness = context.readiness, detail](Exchange&) -> Result<Response> {
    Readiness answer = readiness(detail);
    return json_response(answer.ready ? 200 : 503, std::move(answer.json));
  };
}

constexpr std::string_view command_header = "X-Aktenwerk-Command";

// A page in a browser on this machine can send neither: the header takes a question first (CORS),
// and a name that was made to mean this machine (DNS rebinding) is not one of these.
bool is_command(const Request& request) {
  return request.headers.find(command_header) == "backup" &&
         (request.host == "localhost" || request.host == "127.0.0.1" || request.host == "[::1]");
}

Result<Response> begin_backup(const BackupControl& backups, const Exchange& exchange) {
  if (!is_command(exchange.request)) {
    return fail(ErrorCode::forbidden, "Das ist der Befehlszeile vorbehalten.",
                "Only the command line may ask for this.");
  }
  DMS_TRY(backups.begin(exchange.request.query_value("tenant")));
  return json_response(202, backups.status());
}

Route begin_backup_route(const ApiContext& context) {
  Route route = plain_route("/backups", [backups = context.backups](Exchange& exchange) {
    return begin_backup(backups, exchange);
  });
  route.method = Method::post;
  return route;
}

}  // namespace

void add_operations_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(plain_route("/healthz", show_health));
  routes.push_back(plain_route("/readyz", show_readiness(context, ReadinessDetail::summary)));
  routes.push_back(plain_route("/api/v1/openapi.yaml", [](Exchange&) -> Result<Response> {
    Response response;
    response.headers.set("Content-Type", "application/yaml");
    response.headers.set("Cache-Control", "public, max-age=3600");
    response.body = std::string(openapi_yaml());
    return response;
  }));
}

std::vector<Route> admin_routes(const ApiContext& context) {
  std::vector<Route> routes;
  routes.push_back(plain_route("/healthz", show_health));
  routes.push_back(plain_route("/readyz", show_readiness(context, ReadinessDetail::tenants)));
  routes.push_back(
      plain_route("/backups", [status = context.backups.status](Exchange&) -> Result<Response> {
        return json_response(200, status());
      }));
  routes.push_back(begin_backup_route(context));
  routes.push_back(plain_route("/metrics", [&metrics = context.metrics](Exchange&) {
    Response response;
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.render();
    return Result<Response>(std::move(response));
  }));
  return routes;
}

}  // namespace dms::web
