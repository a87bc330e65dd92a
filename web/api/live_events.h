#pragma once

// What changed, told as it happens to those who may see it: one stream of server-sent events a
// listener, fed by the journals of the open tenants in the order of their commits.
//
// A commit wakes the tenant's job on a lane of its own; it reads what is new in the journal, and
// for each event and each listener the rights are looked at again (dms/change_notice.h,
// workflow/routing_notice.h), on a snapshot of now. An event's id is random: it tells of no gap.
// The last ones are remembered, so that a listener who comes back with one goes on from there.
//
// Events on the wire (data is JSON):
//   ready                           listening, nothing missed
//   reload                          something was missed: what is shown may be old
//   change  {object, id?, change}   see the notices
//   ended   {reason}                do not come back of your own accord: `session` is over, or a
//                                   younger stream of the same session has `replaced` this one

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/worker_lanes.h"
#include "dms/document_grants.h"
#include "web/api/caller.h"
#include "web/http/event_queue.h"

namespace dms::web {

struct LiveLimits {
  std::size_t streams_max = 500;  // of the server: each is a connection; more are `busy`
  // One more ends the oldest: a line that broke unnoticed must not lock its owner out.
  std::size_t streams_per_session_max = 3;
  std::size_t waiting_max = 128;          // events of one stream; more become one `reload`
  std::size_t remembered_max = 2048;      // ids of one tenant
  std::chrono::minutes resumable_for{5};  // an older id is not known any more
};

// Thread-safe.
class LiveEvents {
 public:
  // Borrows all but the limits. `lane` should serve nothing that takes long.
  struct Resources {
    WorkerLane& lane;
    const DocumentGrants* grants;  // nullptr: none
    Log& log;
    MetricsRegistry& metrics;
  };
  explicit LiveEvents(const Resources& resources, const LiveLimits& limits = {});
  ~LiveEvents();  // as stop()
  LiveEvents(const LiveEvents&) = delete;
  LiveEvents& operator=(const LiveEvents&) = delete;

  // A stream of what the caller, who has a session, may learn: from now on, or from the event
  // `last_event_id` where that is his own and still known. It is over when the queue goes. `busy`
  // where there are streams_max. Blocks (reads the journal).
  Result<std::shared_ptr<EventQueue>> open(const Caller& caller, std::string_view last_event_id);
  // Ends the streams of sessions that ran out, which no commit tells of, and of tenants that were
  // closed. Call it once a minute.
  void look_after();
  // Ends all streams and tells nobody any more; what runs on the lane may still end. Idempotent.
  void stop();
  std::size_t streams() const;
  // Whether anybody listens to the tenant with this id.
  bool is_listened_to(const std::string& tenant) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dms::web
