#pragma once

// clamd on this machine, asked over its socket (clamd(8), zINSTREAM): a connection a file, the
// bytes in blocks with their lengths, then one line of answer (clamd_reply.h). It is told nothing
// of where a file comes from.

#include <atomic>
#include <chrono>

#include "dms/base/capture_config.h"
#include "dms/capture/virus_scanner.h"

namespace dms::web {

// Thread-safe.
class ClamdScanner final : public VirusScanner {
 public:
  ClamdScanner(ClamdAddress address, std::chrono::milliseconds timeout)
      : address_(std::move(address)), timeout_(timeout) {}

  Result<std::string> scan(const storage::ContentReader& content) override;
  // What is being scanned ends soon, as `unavailable`; so does everything after it.
  void stop() { is_stopping_ = true; }

 private:
  const ClamdAddress address_;
  const std::chrono::milliseconds timeout_;  // for one file
  std::atomic<bool> is_stopping_{false};
};

}  // namespace dms::web
