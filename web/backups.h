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
#include <vector>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/mutex.h"
#include "dms/base/worker_lanes.h"
#include "dms/tenant.h"

namespace dms::web {

// The folder of a tenant's generations.
std::string backup_folder(const BackupConfig& config, const std::string& tenant);
storage::BackupOptions backup_options(const BackupConfig& config, const std::string& tenant);

// Whether a day's generation is missing: the newest was begun (nullopt: never) before the hour at
// which the present backup day began. Days begin at `hour` of German time. Pure.
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
  Backups(BackupConfig config, const Clock& clock, Log& log, MetricsRegistry& metrics);

  // Once a minute: has made what is due. A failed one is tried again an hour later.
  void look_after(const std::vector<std::shared_ptr<Tenant>>& tenants);
  // Has one made of each now; those that wait already are not asked twice. `conflict` where no
  // folder is configured, `busy` while the server stops.
  Result<void> begin(const std::vector<std::shared_ptr<Tenant>>& tenants);
  std::vector<BackupView> views() const;
  // Takes no more; breaks off the one being made, but for its last part, the proof.
  void stop();

 private:
  struct Known {
    bool is_waiting = false;
    bool is_read = false;  // `newest` is what the folder holds
    std::optional<storage::BackupGeneration> newest;
    std::string failure;
    Instant not_before;  // after a failure
  };
  enum class When : std::uint8_t { due, now };

  Result<void> queue(const std::shared_ptr<Tenant>& tenant, When when);
  void run(Tenant& tenant, When when);
  Result<std::optional<storage::BackupGeneration>> make(Tenant& tenant, When when);
  bool may_be_due(const std::string& id) const;

  const BackupConfig config_;
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
