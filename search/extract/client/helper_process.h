#pragma once

// One running aktenwerk-extract and the socket to it. Shared by the jobs under way; the last one
// to let go ends the process.

#include <sys/types.h>

#include <memory>
#include <span>

#include "dms/base/result.h"
#include "search/extract/extractor.h"
#include "search/extract/protocol/messages.h"
#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {

class HelperProcess {
 public:
  // Starts the program with an empty environment, only the control socket, and no signal blocked,
  // and waits for its first packet. `unavailable` where it cannot be run or says nothing.
  static Result<std::shared_ptr<HelperProcess>> start(const ExtractorOptions& options);
  ~HelperProcess();
  HelperProcess(const HelperProcess&) = delete;
  HelperProcess& operator=(const HelperProcess&) = delete;

  const SandboxStatus& sandbox() const { return sandbox_; }
  // False where the helper is gone. Thread-safe. Descriptors are borrowed.
  bool send(const JobRequest& request, std::span<const int> descriptors) const;

 private:
  HelperProcess(pid_t process, UniqueFd control, SandboxStatus sandbox);

  pid_t process_;
  UniqueFd control_;
  SandboxStatus sandbox_;
};

}  // namespace dms::search::extract
