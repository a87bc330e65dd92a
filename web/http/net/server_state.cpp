#include "web/http/net/server_state.h"

#include <utility>

#include "web/http/net/connection.h"

namespace dms::web {

bool ConnectionRegistry::reserve(const std::string& address) {
  const MutexLock lock(mutex_);
  if (reserved_ >= connections_max_) return false;
  std::size_t& of_address = by_address_[address];
  if (of_address >= per_address_max_) return false;
  ++of_address;
  ++reserved_;
  return true;
}

void ConnectionRegistry::add(std::shared_ptr<Connection> connection) {
  const MutexLock lock(mutex_);
  Connection* key = connection.get();
  connections_.emplace(key, std::move(connection));
}

void ConnectionRegistry::remove(const std::shared_ptr<Connection>& connection,
                                const std::string& address) {
  {
    const MutexLock lock(mutex_);
    connections_.erase(connection.get());
  }
  give_back(address);
}

void ConnectionRegistry::give_back(const std::string& address) {
  const MutexLock lock(mutex_);
  const auto of_address = by_address_.find(address);
  if (--of_address->second == 0) by_address_.erase(of_address);
  if (--reserved_ == 0) emptied_.notify_all();
}

std::size_t ConnectionRegistry::size() const {
  const MutexLock lock(mutex_);
  return reserved_;
}

std::vector<std::shared_ptr<Connection>> ConnectionRegistry::all() const {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<Connection>> result;
  result.reserve(connections_.size());
  for (const auto& [key, connection] : connections_) result.push_back(connection);
  return result;
}

bool ConnectionRegistry::wait_until_empty(std::chrono::steady_clock::time_point limit) {
  const MutexLock lock(mutex_);
  while (reserved_ > 0 && std::chrono::steady_clock::now() < limit) {
    emptied_.wait_until(mutex_, limit);
  }
  return reserved_ == 0;
}

namespace {

std::string_view label_of(HttpOptions::Transport transport) {
  return transport == HttpOptions::Transport::tls ? R"(transport="tls")" : R"(transport="plain")";
}

std::array<Counter*, 6> response_counters(MetricsRegistry& registry, std::string_view label) {
  std::array<Counter*, 6> counters{};
  for (std::size_t i = 1; i < counters.size(); ++i) {
    const std::string labels = std::string(label) + ",status=\"" + std::to_string(i) + "xx\"";
    counters.at(i) =
        &registry.counter("http_responses_total", "Answers sent, by class of status", labels);
  }
  return counters;
}

}  // namespace

HttpMetrics::HttpMetrics(MetricsRegistry& registry, HttpOptions::Transport transport)
    : connections(
          registry.counter("http_connections_total", "Connections accepted", label_of(transport))),
      connections_refused(registry.counter("http_connections_refused_total",
                                           "Connections closed at once, beyond the limits",
                                           label_of(transport))),
      handshake_failures(registry.counter("http_handshake_failures_total",
                                          "TLS handshakes that failed", label_of(transport))),
      bytes_sent(registry.counter("http_sent_bytes_total", "Bytes sent, as on the wire",
                                  label_of(transport))),
      bytes_received(registry.counter("http_received_bytes_total", "Bytes received, as on the wire",
                                      label_of(transport))),
      lane_busy(registry.counter("http_lane_busy_total", "Requests or blocks a full lane refused",
                                 label_of(transport))),
      event_streams(registry.counter("http_event_streams_total", "Streams of events begun",
                                     label_of(transport))),
      responses(response_counters(registry, label_of(transport))),
      duration(registry.histogram("http_request_seconds",
                                  "From a request's head to the end of its answer",
                                  label_of(transport))) {}

HttpServerState::HttpServerState(HttpOptions server_options, Application server_application,
                                 HttpLanes server_lanes, Log& server_log, MetricsRegistry& registry)
    : options(std::move(server_options)),
      application(std::move(server_application)),
      lanes(server_lanes),
      log(server_log),
      metrics(registry, options.transport),
      connections(options.connections_max, options.connections_per_address_max) {}

WorkerLane& HttpServerState::lane(LaneKind kind) const {
  switch (kind) {
    case LaneKind::upload:
      return *lanes.upload;
    case LaneKind::password:
      return *lanes.password;
    case LaneKind::verification:
      return *lanes.verification;
    case LaneKind::interactive:
      break;
  }
  return *lanes.interactive;
}

}  // namespace dms::web
