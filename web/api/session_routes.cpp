// /session and /me: signing in and out, who I am, my password.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/tenant_registry.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct SignInRequest {
  std::string user;
  std::string password;
};
BOOST_DESCRIBE_STRUCT(SignInRequest, (), (user, password))

struct SignedInUserView {
  UserId id;
  std::string name;
  std::string display_name;
  bool system_administrator = false;
};
BOOST_DESCRIBE_STRUCT(SignedInUserView, (), (id, name, display_name, system_administrator))

struct SessionView {
  std::optional<std::string> csrf_token;  // of sessions; machine tokens need none
  std::string tenant;
  SignedInUserView user;
  std::optional<Instant> started;
  std::optional<Instant> ends;
  std::string storage;
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (csrf_token, tenant, user, started, ends, storage))

struct MeView {
  UserId id;
  std::uint64_t revision = 0;
  std::string name;
  std::string display_name;
  std::string email;
  std::optional<OrgUnitId> org_unit;
  std::vector<GroupId> groups;
  bool system_administrator = false;
};
BOOST_DESCRIBE_STRUCT(MeView, (),
                      (id, revision, name, display_name, email, org_unit, groups,
                       system_administrator))

struct PasswordRequest {
  std::string current_password;
  std::string new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordRequest, (), (current_password, new_password))

std::string session_cookie(std::string_view value, std::string_view more) {
  return std::string(session_cookie_name) + "=" + std::string(value) +
         "; Path=/; Secure; HttpOnly; SameSite=Strict" + std::string(more);
}

// Whether anything can be stored at present, in words of the interface.
std::string storage_state(storage::Store& store) {
  const Result<void> writable = store.writable();
  if (writable) return "writable";
  const bool is_full = writable.error().code == ErrorCode::storage_full;
  return std::string(to_string(is_full ? TenantState::storage_full : TenantState::read_only));
}

Result<std::string> render_session(Tenant& tenant, const Actor& actor,
                                   const std::optional<Session>& session, const Secret& secret) {
  const User user = DMS_TRY(tenant.users().me(actor));
  SessionView view;
  view.tenant = tenant.config().name;
  view.user = {user.id, user.name, user.display_name, user.system_administrator};
  if (session) {
    view.csrf_token = csrf_token(secret);
    view.started = session->started;
    view.ends = session->ends;
  }
  view.storage = storage_state(tenant.store());
  return encode_json(view);
}

Result<Response> sign_in(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<SignInRequest>(exchange));
  Credentials credentials;
  credentials.user = std::move(input.user);
  credentials.password = Secret{std::move(input.password)};
  credentials.remote_address = exchange.request.remote_address;
  const StartedSession started = DMS_TRY(caller.tenant->sign_in().sign_in(credentials));
  Response response =
      json_response(201, DMS_TRY(render_session(*caller.tenant, started.session.actor,
                                                started.session, started.secret)));
  response.headers.set("Location", "/api/v1/session");
  response.headers.set("Set-Cookie", session_cookie(started.secret.expose(), ""));
  return response;
}

Result<Response> show_session(const Caller& caller, Exchange&) {
  return json_response(200, DMS_TRY(render_session(*caller.tenant, caller.actor, caller.session,
                                                   caller.session_secret)));
}

Result<Response> sign_out(const Caller& caller, Exchange&) {
  if (!caller.session) {
    return fail(ErrorCode::forbidden, "Ein Maschinen-Token hat keine Sitzung.",
                "A machine token has no session.");
  }
  DMS_TRY(caller.tenant->sessions().end(caller.actor, caller.session->id));
  Response response = no_content();
  response.headers.set("Set-Cookie", session_cookie("", "; Max-Age=0"));
  response.headers.set("Clear-Site-Data", "\"cache\", \"storage\"");
  return response;
}

Result<Response> show_me(const Caller& caller, Exchange& exchange) {
  const User user = DMS_TRY(caller.tenant->users().me(caller.actor));
  const MeView view{user.id,    user.revision, user.name,   user.display_name,
                    user.email, user.org_unit, user.groups, user.system_administrator};
  return object_response(exchange.request, user.revision, encode_json(view));
}

Result<Response> change_password(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<PasswordRequest>(exchange));
  OwnPasswordChange change;
  change.current = Secret{std::move(input.current_password)};
  change.next = Secret{std::move(input.new_password)};
  change.remote_address = exchange.request.remote_address;
  DMS_TRY(caller.tenant->users().change_own_password(caller.actor, change));
  Response response = no_content();
  response.headers.set("Set-Cookie", session_cookie("", "; Max-Age=0"));
  return response;
}

}  // namespace

void add_session_routes(const ApiContext& context, std::vector<Route>& routes) {
  Route start = api_route(context, Method::post, "/api/v1/session",
                          {SignIn::starting, Precondition::none}, BodyKind::json, sign_in);
  start.lane = LaneKind::password;
  routes.push_back(std::move(start));
  routes.push_back(
      api_route(context, Method::get, "/api/v1/session", signed_in, BodyKind::none, show_session));
  routes.push_back(
      api_route(context, Method::delete_, "/api/v1/session", signed_in, BodyKind::none, sign_out));
  routes.push_back(
      api_route(context, Method::get, "/api/v1/me", signed_in, BodyKind::none, show_me));
  Route password = api_route(context, Method::post, "/api/v1/me/password", signed_in,
                             BodyKind::json, change_password);
  password.lane = LaneKind::password;
  routes.push_back(std::move(password));
}

}  // namespace dms::web
