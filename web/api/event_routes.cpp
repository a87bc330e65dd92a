// /events: what changed that I may see, as it happens.

#include "web/api/lists.h"
#include "web/api/live_events.h"
#include "web/api/replies.h"
#include "web/api/routes.h"

namespace dms::web {

namespace {

Result<Response> listen(LiveEvents& live, const Caller& caller, const Request& request) {
  DMS_TRY(check_query(request, {}));
  if (!caller.session) {
    return fail(ErrorCode::forbidden,
                "Zuhören kann nur, wer angemeldet ist. Programme fragen die Listen ab.",
                "Only sessions of people can listen. Programs ask for the lists.");
  }
  Response response;
  response.headers.set("Content-Type", "text/event-stream");
  // A proxy between that collects what it passes on would hold every event back.
  response.headers.set("X-Accel-Buffering", "no");
  response.body =
      EventBody{DMS_TRY(live.open(caller, request.headers.find("last-event-id").value_or("")))};
  return response;
}

}  // namespace

void add_event_routes(const ApiContext& context, std::vector<Route>& routes) {
  Route route;
  route.method = Method::get;
  route.pattern = "/api/v1/events";
  route.admit = make_admission(context.tenants, {SignIn::listening, Precondition::none});
  route.handle = [&live = context.live](Exchange& exchange) {
    return listen(live, caller_of(exchange), exchange.request);
  };
  routes.push_back(std::move(route));
}

}  // namespace dms::web
