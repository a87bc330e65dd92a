#pragma once

// The backups of a server's tenants: one generation a day of each, by itself, and whenever the
// operator asks. They are made one after the other on a thread of their own, beside everything.
//
// Below the configured folder each tenant has one of its id (storage/backup.h says what is in it).

#include <atomic>
#include <boost/describe/class.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/mutex.h"
#include "dms/base/worker_lanes.h"
#include "dms/tenant.h"

namespace dms::web {

// How a tenant's generation is made: where, and with which files beside it. Reads keys and
// certificates; fails where one that is configured cannot be read.
Result<storage::BackupOptions> backup_options(const ServerConfig& config,
                                              const std::string& tenant);

// Whether the day's generation is missing: the newest (nullopt: there is none) was begun on another
// day. Days begin at `hour` of German time. Pure.
bool is_backup_due(std::optional<Instant> newest, Instant now, std::uint32_t hour);

// How it stands with a tenant's backups, as the admin address tells it.
struct BackupView {
  std::string tenant;
  bool waiting = false;                     // or being made
  std::optional<std::uint32_t> generation;  // the newest
  std::optional<Instant> time;
  std::optional<std::uint64_t> bytes;
  std::optional<std::string> failure;  // of the last attempt, where it failed
};
BOOST_DESCRIBE_STRUCT(BackupView, (), (tenant, waiting, generation, time, bytes, failure))

// Thread-safe. Borrows all; `metrics` is rendered only as long as this lives.
class Backups {
 public:
  using Tenants = std::vector<std::shared_ptr<Tenant>>;

  // `tenants`: the ids of all, also of those that cannot be opened.
  Backups(ServerConfig config, const std::vector<std::string>& tenants, const Clock& clock,
          Log& log, MetricsRegistry& metrics);

  // Once a minute: has made what is due. A failed one is tried again an hour later.
  void look_after(const Tenants& open);
  // Has one made now of the tenant with this id, or of every one, after what is being made;
  // `conflict` where no folder is configured, `not_found` where `open` has no such tenant, `busy`
  // while the server stops.
  Result<void> begin(const Tenants& open, std::optional<std::string_view> id);
  std::vector<BackupView> views() const;
  // Whether one of this tenant waits or is being made.
  bool is_asked_for(const std::string& tenant) const;
  // Takes no more; breaks off the one being made. One that was copied is proven with the next.
  void stop();

 private:
  enum class Wish : std::uint8_t { none, due, now };
  struct Known {
    Wish wish = Wish::none;
    bool is_queued = false;  // or being made
    std::optional<storage::BackupGeneration> newest;
    std::string failure;
    Instant not_before;  // after a failure
  };

  Result<void> queue(const std::shared_ptr<Tenant>& tenant, Wish wish);
  // On the lane: all that is wished of the tenant.
  void run(Tenant& tenant);
  // One wish, which is taken; false where there is none.
  bool fulfil(Tenant& tenant);
  Result<void> make(Tenant& tenant, Wish wish);
  bool may_be_due(const std::string& id) const;
  double oldest_age_s() const;

  const ServerConfig config_;
  const Clock& clock_;
  const Instant started_;
  Log& log_;
  Counter& made_;
  Counter& failed_;
  std::atomic<bool> is_stopping_{false};
  mutable Mutex mutex_;
  std::map<std::string, Known> known_ DMS_GUARDED_BY(mutex_);
  WorkerLane lane_{{.name = "backup", .threads = 1, .queue_limit = 1024}};  // ends first
};

}  // namespace dms::web
