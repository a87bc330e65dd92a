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
  routes.push_back(plain_route("/metrics", [&metrics = context.metrics](Exchange&) {
    Response response;
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.render();
    return Result<Response>(std::move(response));
  }));
  return routes;
}

}  // namespace dms::web
