#include "deploy/demo/desk.h"

namespace dms::demo {

namespace {

constexpr const char* own_address = "127.0.0.1";

}  // namespace

Result<Actor> Desk::actor(const std::string& name) {
  if (const auto known = sessions_.find(name); known != sessions_.end()) {
    const auto session = tenant_.sessions().authenticate(known->second.secret);
    if (session) return session->actor;
  }
  const auto password = passwords_.find(name);
  if (password == passwords_.end()) {
    return fail(operator_error(ErrorCode::not_found, "nobody is called '" + name + "'"));
  }
  StartedSession started =
      DMS_TRY(tenant_.sign_in().sign_in({name, password->second, own_address}));
  const Actor actor = started.session.actor;
  sessions_.insert_or_assign(name, std::move(started));
  return actor;
}

Result<void> Desk::close() {
  for (const auto& [name, started] : sessions_) {
    if (!tenant_.sessions().authenticate(started.secret)) continue;
    DMS_TRY(tenant_.sessions().end(started.session.actor, started.session.id));
  }
  sessions_.clear();
  return {};
}

}  // namespace dms::demo
