// /users and /groups: for system administrators.

#include <boost/describe/class.hpp>

#include "dms/base/json_codec.h"
#include "dms/person_erasure.h"
#include "web/api/lists.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

struct UserView {
  UserId id;
  std::uint64_t revision = 0;
  std::string name;
  std::string display_name;
  std::string email;
  std::optional<OrgUnitId> org_unit;
  std::vector<GroupId> groups;
  bool active = true;
  bool system_administrator = false;
  Instant created;
  Instant modified;
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (id, revision, name, display_name, email, org_unit, groups, active,
                       system_administrator, created, modified))

struct PersonErasureView {
  UserView user;
  std::uint64_t details_erased = 0;
  bool complete = false;
};
BOOST_DESCRIBE_STRUCT(PersonErasureView, (), (user, details_erased, complete))

struct NewUserRequest {
  std::string name;
  std::string display_name;
  std::optional<std::string> email;
  std::string password;
  std::optional<OrgUnitId> org_unit;
  std::optional<std::vector<GroupId>> groups;
  std::optional<bool> system_administrator;
};
BOOST_DESCRIBE_STRUCT(NewUserRequest, (),
                      (name, display_name, email, password, org_unit, groups, system_administrator))

struct UserChangeRequest {
  std::optional<std::string> display_name;
  std::optional<std::string> email;
  std::optional<std::string> password;
  std::optional<std::optional<OrgUnitId>> org_unit;  // null takes the user out of it
  std::optional<std::vector<GroupId>> groups;
  std::optional<bool> active;
  std::optional<bool> system_administrator;
};
BOOST_DESCRIBE_STRUCT(UserChangeRequest, (),
                      (display_name, email, password, org_unit, groups, active,
                       system_administrator))

struct GroupView {
  GroupId id;
  std::uint64_t revision = 0;
  std::string name;
  Instant created;
  Instant modified;
};
BOOST_DESCRIBE_STRUCT(GroupView, (), (id, revision, name, created, modified))

struct GroupRequest {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(GroupRequest, (), (name))

UserView view_of(const User& user) {
  return {user.id,       user.revision, user.name,   user.display_name,         user.email,
          user.org_unit, user.groups,   user.active, user.system_administrator, user.created,
          user.modified};
}

std::string render(const User& user) {
  return encode_json(view_of(user));
}

GroupView view_of(const Group& group) {
  return {group.id, group.revision, group.name, group.created, group.modified};
}

Result<Response> list_users(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 100, page_limit_max));
  const auto page = DMS_TRY(caller.tenant->users().list(caller.actor, list.page()));
  std::vector<UserView> views;
  for (const User& user : page.items) views.push_back(view_of(user));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> create_user(const Caller& caller, Exchange& exchange) {
  auto input = DMS_TRY(request_body<NewUserRequest>(exchange));
  NewUser user;
  user.name = std::move(input.name);
  user.display_name = std::move(input.display_name);
  user.email = input.email.value_or("");
  user.password = Secret{std::move(input.password)};
  user.org_unit = input.org_unit;
  user.groups = input.groups.value_or(std::vector<GroupId>{});
  user.system_administrator = input.system_administrator.value_or(false);
  const User created = DMS_TRY(caller.tenant->users().create(caller.actor, user));
  return created_response("/api/v1/users/" + created.id.text(), created.revision, render(created));
}

Result<Response> show_user(const Caller& caller, Exchange& exchange) {
  const UserId id = DMS_TRY(path_id<UserId>(exchange));
  const User user = DMS_TRY(caller.tenant->users().get(caller.actor, id));
  return object_response(exchange.request, user.revision, render(user));
}

Result<Response> change_user(const Caller& caller, Exchange& exchange) {
  const UserId id = DMS_TRY(path_id<UserId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  auto input = DMS_TRY(request_body<UserChangeRequest>(exchange));
  UserChange change;
  change.display_name = std::move(input.display_name);
  change.email = std::move(input.email);
  if (input.password) change.password = Secret{std::move(*input.password)};
  if (input.org_unit) {
    change.org_unit = *input.org_unit;
    change.clear_org_unit = !input.org_unit->has_value();
  }
  change.groups = std::move(input.groups);
  change.active = input.active;
  change.system_administrator = input.system_administrator;
  const User user = DMS_TRY(caller.tenant->users().update(caller.actor, id, change, revision));
  return object_response(exchange.request, user.revision, render(user));
}

// No 304: what was erased, and whether something is left, is told anew each time.
Result<Response> erase_user_details(const Caller& caller, Exchange& exchange) {
  const UserId id = DMS_TRY(path_id<UserId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  Tenant& tenant = *caller.tenant;
  const PersonErasure erasure =
      DMS_TRY(erase_person(tenant.store(), caller.actor, {id, revision, tenant.clock().now()}));
  const PersonErasureView view{view_of(erasure.user), erasure.details_erased, erasure.is_complete};
  Response response = json_response(200, encode_json(view));
  response.headers.set("ETag", revision_etag(erasure.user.revision));
  return response;
}

Result<Response> list_groups(const Caller& caller, Exchange& exchange) {
  DMS_TRY(check_query(exchange.request, {}));
  const auto list = DMS_TRY(ListRequest::read(caller, exchange.request, 100, page_limit_max));
  const auto page = DMS_TRY(caller.tenant->groups().list(caller.actor, list.page()));
  std::vector<GroupView> views;
  for (const Group& group : page.items) views.push_back(view_of(group));
  return json_response(200, encode_list(views, list.seal(page.next), page.total_estimate));
}

Result<Response> create_group(const Caller& caller, Exchange& exchange) {
  const auto input = DMS_TRY(request_body<GroupRequest>(exchange));
  const Group group = DMS_TRY(caller.tenant->groups().create(caller.actor, input.name));
  return created_response("/api/v1/groups/" + group.id.text(), group.revision,
                          encode_json(view_of(group)));
}

Result<Response> show_group(const Caller& caller, Exchange& exchange) {
  const GroupId id = DMS_TRY(path_id<GroupId>(exchange));
  const Group group = DMS_TRY(caller.tenant->groups().get(caller.actor, id));
  return object_response(exchange.request, group.revision, encode_json(view_of(group)));
}

Result<Response> rename_group(const Caller& caller, Exchange& exchange) {
  const GroupId id = DMS_TRY(path_id<GroupId>(exchange));
  const std::uint64_t revision = DMS_TRY(required_revision(exchange.request));
  const auto input = DMS_TRY(request_body<GroupRequest>(exchange));
  const Group group =
      DMS_TRY(caller.tenant->groups().rename(caller.actor, id, input.name, revision));
  return object_response(exchange.request, group.revision, encode_json(view_of(group)));
}

}  // namespace

void add_user_routes(const ApiContext& context, std::vector<Route>& routes) {
  const auto add = [&](Method method, std::string_view pattern, AdmissionRules rules, BodyKind body,
                       CallerHandler handler, LaneKind lane) {
    routes.push_back(api_route(context, method, pattern, rules, body, handler));
    routes.back().lane = lane;
  };
  constexpr auto interactive = LaneKind::interactive;
  constexpr auto hashing = LaneKind::password;  // setting a password costs an Argon2 hash
  add(Method::get, "/api/v1/users", signed_in, BodyKind::none, list_users, interactive);
  add(Method::post, "/api/v1/users", signed_in, BodyKind::json, create_user, hashing);
  add(Method::get, "/api/v1/users/{id}", signed_in, BodyKind::none, show_user, interactive);
  add(Method::patch, "/api/v1/users/{id}", with_revision, BodyKind::json, change_user, hashing);
  // Some commits one after the other.
  add(Method::post, "/api/v1/users/{id}/erase-details", with_revision, BodyKind::none,
      erase_user_details, LaneKind::upload);
  add(Method::get, "/api/v1/groups", signed_in, BodyKind::none, list_groups, interactive);
  add(Method::post, "/api/v1/groups", signed_in, BodyKind::json, create_group, interactive);
  add(Method::get, "/api/v1/groups/{id}", signed_in, BodyKind::none, show_group, interactive);
  add(Method::patch, "/api/v1/groups/{id}", with_revision, BodyKind::json, rename_group,
      interactive);
}

}  // namespace dms::web
