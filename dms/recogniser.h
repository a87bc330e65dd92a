#pragma once

// Reads a tenant's pages without text by their looks (recognition.h), behind everything else: on a
// lane of its own that tenants share, so many pages at a time as that has threads, in processes
// that run when nobody else wants the processor. The oldest and the newest content take turns, page
// by page, so that a letter does not wait for a scanned volume.
//
// Everything it has to do lies in the store: it goes on after a kill where it was.

#include <chrono>
#include <cstdint>
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

struct RecognitionOptions {
  std::string tenant;          // for log and metrics
  std::string staging_folder;  // as IndexingOptions has it
  std::string languages;       // what the extractor reads, for the record
  std::size_t pages_at_once = 1;
};

// Borrowed; must outlive the Recogniser.
struct RecognitionResources {
  storage::Store& store;
  search::Extractor& extractor;
  WorkerLane& lane;
  const Clock& clock;
  Log& log;
  MetricsRegistry& metrics;
};

// One a tenant, with a background thread. Thread-safe.
class Recogniser {
 public:
  static Result<std::unique_ptr<Recogniser>> start(const RecognitionResources& resources,
                                                   RecognitionOptions options);
  virtual ~Recogniser() = default;  // as stop()

  // There may be new pages to read: a text was made, or somebody asked for them. Cheap.
  virtual void wake() = 0;
  // Whether pages wait or are read. One that was put off for a while waits, too.
  virtual bool is_busy() const = 0;
  // Waits until it has nothing to do; false after `timeout`. For tests and tools.
  virtual bool wait_until_idle(std::chrono::milliseconds timeout) = 0;
  // Ends the thread and gives up running pages, which are read after the next start. Idempotent.
  virtual void stop() = 0;
};

// For a server that recognises nothing: what waits is put aside, and text states say what there is.
// Recogniser::start() takes it up again.
Result<void> put_recognition_aside(storage::Store& store);

}  // namespace dms
