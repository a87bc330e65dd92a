#include "web/routing_followers.h"

#include <atomic>

#include "workflow/routing_follower.h"

namespace dms::web {

struct RoutingFollowers::Followed {
  Followed(const std::shared_ptr<Tenant>& followed, const Clock& clock)
      : tenant(followed), follower(followed->store(), clock) {}

  // One that was closed and opened again is another.
  const std::weak_ptr<Tenant> tenant;
  workflow::RoutingFollower follower;  // of whoever has set is_busy
  std::atomic<bool> is_busy = false;
};

RoutingFollowers::RoutingFollowers(WorkerLane& lane, const Clock& clock, Log& log)
    : lane_(lane), clock_(clock), log_(log) {}
RoutingFollowers::~RoutingFollowers() = default;

void RoutingFollowers::follow(const std::shared_ptr<Tenant>& tenant) {
  std::shared_ptr<Followed>& followed = by_id_[tenant->config().id];
  if (followed == nullptr || followed->tenant.lock() != tenant) {
    followed = std::make_shared<Followed>(tenant, clock_);
  }
  if (followed->is_busy.exchange(true)) return;
  if (followed->follower.position() == tenant->store().journal_head().sequence) {
    followed->is_busy = false;
    return;
  }
  const auto posted = lane_.post([this, followed] {
    const auto held = followed->tenant.lock();
    if (held == nullptr) return;  // closed while this waited
    Result<bool> moved = true;
    while (moved && *moved) moved = followed->follower.step();
    if (!moved) {
      log_.error("routings_not_followed", {{"tenant", held->config().id},
                                           {"code", std::string(to_string(moved.error().code))},
                                           {"hint", moved.error().hint}});
    }
    followed->is_busy = false;
  });
  if (!posted) followed->is_busy = false;
}

}  // namespace dms::web
