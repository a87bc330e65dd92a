#include "web/api/api.h"

#include <utility>

#include "web/api/problem.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

// What OWASP ASVS 14.4 asks of every answer; content adds its own sandbox.
void add_security_headers(const Request& request, Response& response) {
  const auto set_default = [&response](std::string_view name, std::string_view value) {
    if (!response.headers.find(name)) response.headers.add(std::string(name), std::string(value));
  };
  set_default("Cache-Control", "no-store");
  set_default("Content-Security-Policy",
              "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  set_default("Strict-Transport-Security", "max-age=31536000");
  set_default("X-Content-Type-Options", "nosniff");
  set_default("X-Frame-Options", "DENY");
  set_default("Referrer-Policy", "no-referrer");
  set_default("Cross-Origin-Resource-Policy", "same-origin");
  set_default("Cross-Origin-Opener-Policy", "same-origin");
  response.headers.set("X-Request-Id", request.request_id);
}

}  // namespace

Route api_route(const ApiContext& context, Method method, std::string_view pattern,
                AdmissionRules rules, BodyKind body, CallerHandler handler) {
  Route route;
  route.method = method;
  route.pattern = pattern;
  route.body = body;
  route.admit = make_admission(context.tenants, rules);
  route.handle = [handler](Exchange& exchange) { return handler(caller_of(exchange), exchange); };
  return route;
}

std::vector<Route> api_routes(const ApiContext& context) {
  std::vector<Route> routes;
  add_session_routes(context, routes);
  add_token_routes(context, routes);
  add_user_routes(context, routes);
  add_people_routes(context, routes);
  add_org_unit_routes(context, routes);
  add_access_routes(context, routes);
  add_file_plan_routes(context, routes);
  add_dossier_routes(context, routes);
  add_document_routes(context, routes);
  add_content_routes(context, routes);
  add_attachment_routes(context, routes);
  add_mail_thread_routes(context, routes);
  add_inbox_routes(context, routes);
  add_upload_routes(context, routes);
  add_routing_template_routes(context, routes);
  add_routing_routes(context, routes);
  add_document_search_routes(context, routes);
  add_saved_search_routes(context, routes);
  add_search_routes(context, routes);
  add_audit_routes(context, routes);
  add_erasure_routes(context, routes);
  add_event_routes(context, routes);
  add_operations_routes(context, routes);
  return routes;
}

Application make_application(
    const ApiContext& context, std::vector<Route> routes,
    std::function<void(const Request&, unsigned, std::chrono::microseconds)> observed) {
  Application application;
  application.routes = std::move(routes);
  application.render_error = render_problem;
  application.render_refusal = render_refusal;
  application.finish = [](const Request& request, Response& response) {
    add_security_headers(request, response);
    add_tus_headers(request, response);
  };
  application.knows_host = [&tenants = context.tenants](std::string_view host) {
    return tenants.knows(host);
  };
  application.observed = std::move(observed);
  return application;
}

}  // namespace dms::web
