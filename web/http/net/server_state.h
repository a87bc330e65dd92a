#pragma once

// What the listener and its connections share.

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dms/base/mutex.h"
#include "web/http/router.h"
#include "web/http/server.h"
#include "web/http/tls_context.h"
#include "web/http/transaction.h"

namespace dms::web {

class Connection;

// The living connections and their limits. Thread-safe.
class ConnectionRegistry {
 public:
  ConnectionRegistry(std::size_t connections_max, std::size_t per_address_max)
      : connections_max_(connections_max), per_address_max_(per_address_max) {}

  // Takes a place for a connection from `address`; false where there is none.
  bool reserve(const std::string& address);
  void add(std::shared_ptr<Connection> connection);
  // The connection is over; its place is free again.
  void remove(const std::shared_ptr<Connection>& connection, const std::string& address);
  // Gives back a place that no connection took.
  void give_back(const std::string& address);

  std::size_t size() const;
  std::vector<std::shared_ptr<Connection>> all() const;
  // Waits until there are none, at most until `limit`; whether there are none.
  bool wait_until_empty(std::chrono::steady_clock::time_point limit);

 private:
  const std::size_t connections_max_;
  const std::size_t per_address_max_;
  mutable Mutex mutex_;
  Condition emptied_;
  std::size_t reserved_ DMS_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::size_t> by_address_ DMS_GUARDED_BY(mutex_);
  std::map<Connection*, std::shared_ptr<Connection>> connections_ DMS_GUARDED_BY(mutex_);
};

struct HttpMetrics {
  HttpMetrics(MetricsRegistry& registry, HttpOptions::Transport transport);

  Counter& connections;
  Counter& connections_refused;  // beyond the limits
  Counter& handshake_failures;
  Counter& bytes_sent;
  Counter& bytes_received;
  Counter& lane_busy;
  Counter& event_streams;
  std::array<Counter*, 6> responses;  // by the status' first digit; [0] is unused
  Histogram& duration;
};

struct HttpServerState {
  HttpServerState(HttpOptions server_options, Application server_application,
                  HttpLanes server_lanes, Log& server_log, MetricsRegistry& registry);

  WorkerLane& lane(LaneKind kind) const;

  const HttpOptions options;
  const Application application;
  const HttpLanes lanes;
  Log& log;
  HttpMetrics metrics;
  ConnectionRegistry connections;
  std::atomic<bool> is_stopping{false};
  // Null for plain transport; replaced as a whole by a reload.
  std::atomic<std::shared_ptr<const TlsContext>> tls;
};

}  // namespace dms::web
