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
Result<void> require_command(const Request& request, std::string_view command) {
  const bool is_command =
      request.headers.find(command_header) == command &&
      (request.host == "localhost" || request.host == "127.0.0.1" || request.host == "[::1]");
  if (is_command) return {};
  return fail(ErrorCode::forbidden, "Das ist der Befehlszeile vorbehalten.",
              "Only the command line may ask for this.");
}

Handler show(std::function<std::string()> status) {
  return [status = std::move(status)](Exchange&) -> Result<Response> {
    return json_response(200, status());
  };
}

Route begin_backup_route(const BackupControl& backups) {
  Route route = plain_route("/backups", [backups](Exchange& exchange) -> Result<Response> {
    DMS_TRY(require_command(exchange.request, "backup"));
    DMS_TRY(backups.begin(exchange.request.query_value("tenant")));
    return json_response(202, backups.status());
  });
  route.method = Method::post;
  return route;
}

Route begin_verification_route(const VerificationControl& control) {
  Route route = plain_route("/verifications", [control](Exchange& exchange) -> Result<Response> {
    const Request& request = exchange.request;
    DMS_TRY(require_command(request, "verify"));
    DMS_TRY(control.begin(request.query_value("tenant"), request.query_value("index") == "true"));
    return json_response(202, control.status());
  });
  route.method = Method::post;
  return route;
}

Route begin_dossier_restore_route(const DossierRestoreControl& control) {
  Route route = plain_route("/dossier_restores", [control](Exchange& exchange) -> Result<Response> {
    const Request& request = exchange.request;
    DMS_TRY(require_command(request, "restore-dossier"));
    DMS_TRY(control.begin(request.query_value("request").value_or("")));
    return json_response(202, control.status());
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
  routes.push_back(plain_route("/backups", show(context.backups.status)));
  routes.push_back(begin_backup_route(context.backups));
  routes.push_back(plain_route("/verifications", show(context.verifications.status)));
  routes.push_back(begin_verification_route(context.verifications));
  routes.push_back(plain_route("/dossier_restores", show(context.dossier_restores.status)));
  routes.push_back(begin_dossier_restore_route(context.dossier_restores));
  routes.push_back(plain_route("/captures", show(context.captures)));
  routes.push_back(plain_route("/metrics", [&metrics = context.metrics](Exchange&) {
    Response response;
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.render();
    return Result<Response>(std::move(response));
  }));
  return routes;
}

}  // namespace dms::web
