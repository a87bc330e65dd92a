#pragma once

// Makes a tenant's renditions (rendition.h) in the background, on a lane that all tenants share:
// one run at a time of each, as the other parsers behind whatever serves people. The oldest and the
// newest content take turns, so that what was filed just now does not wait for an import.
//
// Everything it has to do lies in the store: it goes on after a kill where it was.

#include <chrono>
#include <memory>
#include <string>

#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/base/worker_lanes.h"
#include "search/extract/extractor.h"
#include "storage/store.h"

namespace dms {

struct RenditionOptions {
  std::string tenant;          // for log and metrics
  std::string staging_folder;  // as IndexingOptions has it
  std::size_t batch_max = 16;  // files for one run of LibreOffice
};

// Borrowed; must outlive the RenditionMaker.
struct RenditionResources {
  storage::Store& store;
  search::Extractor& extractor;
  WorkerLane& lane;
  const Clock& clock;
  Log& log;
  MetricsRegistry& metrics;
};

// One a tenant, with a background thread. Thread-safe.
class RenditionMaker {
 public:
  static Result<std::unique_ptr<RenditionMaker>> start(const RenditionResources& resources,
                                                       RenditionOptions options);
  virtual ~RenditionMaker() = default;  // as stop()

  // There may be something new to make. Cheap.
  virtual void wake() = 0;
  // Whether something waits or is made. What was put off for a while waits, too.
  virtual bool is_busy() const = 0;
  // Waits until it has nothing to do; false after `timeout`. For tests and tools.
  virtual bool wait_until_idle(std::chrono::milliseconds timeout) = 0;
  // Ends the thread and gives up what runs, which is made after the next start. Idempotent.
  virtual void stop() = 0;
};

// For a server that makes none: what waits is put aside. A RenditionMaker takes it up again.
Result<void> put_renditions_aside(storage::Store& store);

}  // namespace dms
