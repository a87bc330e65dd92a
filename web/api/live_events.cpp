#include "web/api/live_events.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "web/api/live_tenant.h"

namespace dms::web {

struct LiveEvents::State {
  State(const Resources& resources, const LiveLimits& limits)
      : context(std::make_shared<const LiveContext>(
            LiveContext{resources, limits,
                        resources.metrics.counter("aktenwerk_event_stream_events_total",
                                                  "Events put into streams"),
                        resources.metrics.counter("aktenwerk_event_stream_overflows_total",
                                                  "Full streams told to reload")})) {}

  std::vector<std::shared_ptr<LiveTenant>> all() const {
    const MutexLock lock(mutex);
    std::vector<std::shared_ptr<LiveTenant>> result;
    for (const auto& [id, tenant] : tenants) result.push_back(tenant);
    return result;
  }

  std::size_t streams() const {
    std::size_t count = 0;
    for (const auto& tenant : all()) count += tenant->streams();
    return count;
  }

  // nullptr after stop().
  std::shared_ptr<LiveTenant> of(const std::shared_ptr<Tenant>& tenant) {
    const MutexLock lock(mutex);
    if (is_stopped) return nullptr;
    std::shared_ptr<LiveTenant>& place = tenants[tenant->config().id];
    // One that was closed and opened again is another.
    if (place == nullptr || place->tenant() != tenant) {
      if (place != nullptr) place->stop();
      place = std::make_shared<LiveTenant>(context, tenant);
      place->start();
    }
    return place;
  }

  const std::shared_ptr<const LiveContext> context;
  mutable Mutex mutex;
  std::map<std::string, std::shared_ptr<LiveTenant>> tenants DMS_GUARDED_BY(mutex);  // by id
  bool is_stopped DMS_GUARDED_BY(mutex) = false;
};

LiveEvents::LiveEvents(const Resources& resources, const LiveLimits& limits)
    : state_(std::make_shared<State>(resources, limits)) {
  resources.metrics.gauge("aktenwerk_event_streams", "Streams of events that are open", "",
                          [weak = std::weak_ptr<State>(state_)] {
                            const auto state = weak.lock();
                            return state ? static_cast<double>(state->streams()) : 0.0;
                          });
}

LiveEvents::~LiveEvents() {
  stop();
}

Result<std::shared_ptr<EventQueue>> LiveEvents::open(const Caller& caller,
                                                     std::string_view last_event_id) {
  if (state_->streams() >= state_->context->limits.streams_max) {
    Error error = make_error(ErrorCode::busy,
                             "Zurzeit hören zu viele zu. Bitte versuchen Sie es später wieder.",
                             "Too many are listening at present. Please try again later.");
    error.retry_after_s = 60;
    return fail(std::move(error));
  }
  const auto tenant = state_->of(caller.tenant);
  if (tenant == nullptr) return fail(operator_error(ErrorCode::unavailable, "shutting down"));
  return tenant->open(caller, last_event_id);
}

void LiveEvents::look_after() {
  for (const auto& tenant : state_->all()) {
    // Its listeners come back, and find the one that was opened in its place.
    if (tenant->tenant() == nullptr) {
      tenant->stop();
    } else {
      tenant->wake();
    }
  }
}

void LiveEvents::stop() {
  std::map<std::string, std::shared_ptr<LiveTenant>> stopped;
  {
    const MutexLock lock(state_->mutex);
    state_->is_stopped = true;
    stopped.swap(state_->tenants);
  }
  for (const auto& [id, tenant] : stopped) tenant->stop();
}

std::size_t LiveEvents::streams() const {
  return state_->streams();
}

bool LiveEvents::is_listened_to(const std::string& tenant) const {
  const MutexLock lock(state_->mutex);
  const auto found = state_->tenants.find(tenant);
  return found != state_->tenants.end() && found->second->streams() > 0;
}

}  // namespace dms::web
