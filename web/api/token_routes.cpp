// /tokens: machine tokens.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/rights_view.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct TokenView {
  TokenId id;
  UserId user;
  std::string name;
  std::vector<Right> rights;
  std::vector<Uuid> scopes;
  Instant created;
  UserId created_by;
  Instant expires;
  std::optional<Instant> revoked;
  std::optional<std::string> secret;  // in the answer to its creation only
};
BOOST_DESCRIBE_STRUCT(TokenView, (),
                      (id, user, name, rights, scopes, created, created_by, expires, revoked,
                       secret))

struct NewTokenRequest {
  std::optional<UserId> user;
  std::string name;
  std::vector<Right> rights;
  std::optional<std::vector<Uuid>> scopes;
  Instant expires;
};
BOOST_DESCRIBE_STRUCT(NewTokenRequest, (), (user, name, rights, scopes, expires))

TokenView view_of(const Token& token) {
  TokenView view;
  view.id = token.id;
  view.user = token.user;
  view.name = token.name;
  view.rights = list_rights(token.rights);
  for (const ScopeId& scope : token.scopes) view.scopes.push_back(scope.value);
  view.created = token.created;
  view.created_by = token.created_by;
  view.expires = token.expires;
  view.revoked = token.revoked;
  return view;
}

Result<Response> list_tokens(const Caller& caller, Exchange& exchange) {
  const Request& request = exchange.request;
  DMS_TRY(check_query(request, {"user"}));
  const UserId user = DMS_TRY(query_id<UserId>(request, "user")).value_or(caller.actor.user);
  const auto list = DMS_TRY(ListRequest::read(caller, request, 100, page_limit_max));
  const auto page = DMS_TRY(caller.tenant->tokens().list(caller.actor, user, list.page()));
  std::vector<TokenView> views;
  for (const Token& token : page.items) views.push_back(view_of(token));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> create_token(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<NewTokenRequest>(exchange));
  NewToken token;
  token.user = input.user;
  token.name = std::move(input.name);
  token.rights = rights_from(input.rights);
  for (const Uuid& scope : input.scopes.value_or(std::vector<Uuid>{})) {
    token.scopes.push_back({scope});
  }
  token.expires = input.expires;
  const CreatedToken created = DMS_TRY(caller.tenant->tokens().create(caller.actor, token));
  TokenView view = view_of(created.token);
  view.secret = std::string(created.secret.expose());
  Response response = json_response(201, encode_json(view));
  response.headers.set("Location", "/api/v1/tokens/" + created.token.id.text());
  return response;
}

Result<Response> revoke_token(const Caller& caller, Exchange& exchange) {
  const TokenId id = DMS_TRY(path_id<TokenId>(exchange));
  DMS_TRY(caller.tenant->tokens().revoke(caller.actor, id));
  return no_content();
}

}  // namespace

void add_token_routes(const ApiContext& context, std::vector<Route>& routes) {
  routes.push_back(
      api_route(context, Method::get, "/api/v1/tokens", signed_in, BodyKind::none, list_tokens));
  routes.push_back(
      api_route(context, Method::post, "/api/v1/tokens", signed_in, BodyKind::json, create_token));
  routes.push_back(api_route(context, Method::delete_, "/api/v1/tokens/{id}", signed_in,
                             BodyKind::none, revoke_token));
}

}  // namespace dms::web
