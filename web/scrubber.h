#pragma once

// Goes through all content of all tenants again and again, at a bounded rate, and tells what has
// rotted: while there are backups of it. What is made of an original is made anew. How far each
// tenant's pass is, its store remembers.
// A few documents a minute are held against the search index besides, from somewhere on after each
// start. Of which it says something else, that is put again; where it still does then, the index is
// given up, and built anew by its indexer.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/mutex.h"
#include "dms/base/worker_lanes.h"
#include "dms/index_sample.h"
#include "dms/tenant.h"

namespace dms::web {

// Whether there is something to read: a pass is under way, or the next is due `days` after the last
// was begun. Pure.
bool is_scrub_due(const std::optional<storage::ScrubState>& state, Instant now, std::uint32_t days);

// How many of `documents` are looked at in a minute, to come round in `days`. Pure.
std::size_t sampled_a_minute(std::uint64_t documents, std::uint32_t days);

// Thread-safe. Borrows all; `metrics` is rendered only as long as this lives.
class Scrubber {
 public:
  using Tenants = std::vector<std::shared_ptr<Tenant>>;

  Scrubber(ScrubConfig config, const Clock& clock, Log& log, MetricsRegistry& metrics);

  // Once a minute: has a piece read of each tenant where something is due.
  void look_after(const Tenants& open);
  // Takes no more; breaks off what is being read.
  void stop();

 private:
  void queue(const std::shared_ptr<Tenant>& tenant);
  // On the lane, one tenant at a time: so the rate is that of all together.
  void run(Tenant& tenant);
  Result<void> read_piece(Tenant& tenant);
  Result<void> look_at_index(Tenant& tenant);
  Result<void> renew_derived(Tenant& tenant, const std::vector<std::string>& problems);
  double damaged() const;

  const ScrubConfig config_;
  const Clock& clock_;
  Log& log_;
  Counter& read_bytes_;
  Counter& passes_;
  Counter& failed_;
  Counter& index_documents_;
  Counter& index_differences_;
  std::map<std::string, IndexSample> samples_;  // the lane's
  std::atomic<bool> is_stopping_{false};
  mutable Mutex mutex_;
  struct Known {
    bool is_queued = false;     // or being read
    std::uint64_t damaged = 0;  // contents, in the present or the last pass
  };
  std::map<std::string, Known> known_ DMS_GUARDED_BY(mutex_);
  WorkerLane lane_{{.name = "scrub", .threads = 1, .queue_limit = 1024}};  // ends first
};

}  // namespace dms::web
