#pragma once

// Who asks: the tenant by host name, and the session or machine token. Made by admission, carried
// in the exchange to the handler.

#include <memory>
#include <optional>

#include "dms/actor.h"
#include "dms/base/secret.h"
#include "dms/session.h"
#include "dms/tenant.h"
#include "web/http/message.h"

namespace dms::web {

struct Caller {
  std::shared_ptr<Tenant> tenant;
  Actor actor;                     // nil user on routes that need no sign-in
  std::optional<Session> session;  // nullopt: a machine token, or not signed in
  Secret session_secret;
};

// The caller that admission put into `exchange`. Admission has always run before.
const Caller& caller_of(const Exchange& exchange);

}  // namespace dms::web
