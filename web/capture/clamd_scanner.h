#pragma once

// clamd on this machine, asked over its socket (clamd(8), zINSTREAM): a connection a file, the
// bytes in blocks with their lengths, then one line of answer (clamd_reply.h). It is told nothing
// of where a file comes from. One that hangs does not take everybody's threads: few scans run at
// once, and who finds none free within two seconds is told to come again.

#include <atomic>
#include <chrono>

#include "dms/base/capture_config.h"
#include "dms/base/mutex.h"
#include "dms/capture/virus_scanner.h"

namespace dms::web {

// Thread-safe.
class ClamdScanner final : public VirusScanner {
 public:
  static constexpr std::size_t scans_at_once_max = 4;  // of the eight threads for uploads

  ClamdScanner(ClamdAddress address, std::chrono::milliseconds timeout)
      : address_(std::move(address)), timeout_(timeout) {}

  Result<std::string> scan(const storage::ContentReader& content) override;
  // What is being scanned ends soon, as `unavailable`; so does everything after it.
  void stop() { is_stopping_ = true; }

 private:
  bool begin();  // false where too many run
  void end();
  Result<std::string> ask(const storage::ContentReader& content);

  const ClamdAddress address_;
  const std::chrono::milliseconds timeout_;  // for one file
  std::atomic<bool> is_stopping_{false};
  Mutex mutex_;
  Condition is_free_;
  std::size_t running_ DMS_GUARDED_BY(mutex_) = 0;
};

}  // namespace dms::web
