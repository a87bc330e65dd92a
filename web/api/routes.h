#pragma once

// The parts of the route table, one function a resource. Internal to web/api.

#include <vector>

#include "web/api/admission.h"
#include "web/api/api.h"
#include "web/api/caller.h"
#include "web/http/route.h"

namespace dms::web {

using CallerHandler = Result<Response> (*)(const Caller&, Exchange&);

// A row without a streamed body. Unsafe methods take JSON unless `body` says otherwise.
Route api_route(const ApiContext& context, Method method, std::string_view pattern,
                AdmissionRules rules, BodyKind body, CallerHandler handler);

// Short names for the usual admissions.
inline constexpr AdmissionRules signed_in{};
inline constexpr AdmissionRules with_revision{SignIn::needed, Precondition::revision};
inline constexpr AdmissionRules creating{SignIn::needed, Precondition::idempotency_key};

void add_session_routes(const ApiContext& context, std::vector<Route>& routes);
void add_token_routes(const ApiContext& context, std::vector<Route>& routes);
void add_user_routes(const ApiContext& context, std::vector<Route>& routes);
void add_people_routes(const ApiContext& context, std::vector<Route>& routes);
void add_org_unit_routes(const ApiContext& context, std::vector<Route>& routes);
void add_access_routes(const ApiContext& context, std::vector<Route>& routes);
void add_file_plan_routes(const ApiContext& context, std::vector<Route>& routes);
void add_dossier_routes(const ApiContext& context, std::vector<Route>& routes);
void add_document_routes(const ApiContext& context, std::vector<Route>& routes);
void add_content_routes(const ApiContext& context, std::vector<Route>& routes);
void add_attachment_routes(const ApiContext& context, std::vector<Route>& routes);
void add_mail_thread_routes(const ApiContext& context, std::vector<Route>& routes);
void add_inbox_routes(const ApiContext& context, std::vector<Route>& routes);
void add_upload_routes(const ApiContext& context, std::vector<Route>& routes);
void add_routing_template_routes(const ApiContext& context, std::vector<Route>& routes);
void add_routing_routes(const ApiContext& context, std::vector<Route>& routes);
void add_document_search_routes(const ApiContext& context, std::vector<Route>& routes);
void add_saved_search_routes(const ApiContext& context, std::vector<Route>& routes);
void add_search_routes(const ApiContext& context, std::vector<Route>& routes);
void add_audit_routes(const ApiContext& context, std::vector<Route>& routes);
void add_erasure_routes(const ApiContext& context, std::vector<Route>& routes);
void add_event_routes(const ApiContext& context, std::vector<Route>& routes);
void add_operations_routes(const ApiContext& context, std::vector<Route>& routes);

// What tus wants on every answer below /uploads.
void add_tus_headers(const Request& request, Response& response);

}  // namespace dms::web
