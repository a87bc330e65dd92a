#pragma once

// Keeps one helper running: starts it again when a job finds it gone. Thread-safe.

#include <memory>
#include <mutex>

#include "dms/base/log.h"
#include "search/extract/client/helper_process.h"

namespace dms::search::extract {

class HelperKeeper {
 public:
  // `log` is borrowed and must outlive this object.
  HelperKeeper(ExtractorOptions options, Log& log) : options_(std::move(options)), log_(log) {}

  // The running helper; starts one where there is none.
  Result<std::shared_ptr<HelperProcess>> current();
  // Told by a job that `gone` does not answer: the next current() starts another.
  void report_gone(const std::shared_ptr<HelperProcess>& gone);
  // Of the last helper that ran.
  SandboxStatus sandbox() const;

 private:
  const ExtractorOptions options_;
  Log& log_;
  mutable std::mutex mutex_;
  std::shared_ptr<HelperProcess> helper_;  // guarded by mutex_
  SandboxStatus sandbox_;                  // guarded by mutex_
};

}  // namespace dms::search::extract
