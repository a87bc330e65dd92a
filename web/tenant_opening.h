#pragma once

// Opens all tenants when the server starts: what does not open is to be known then. Others serve
// meanwhile, and so does each as soon as it is open.

#include <chrono>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "dms/base/log.h"
#include "dms/base/mutex.h"
#include "dms/tenant_registry.h"

namespace dms::web {

// Thread-safe, but for begin() and stop(), which belong to one thread. Borrows all.
class TenantOpening {
 public:
  explicit TenantOpening(Log& log) : log_(log) {}
  ~TenantOpening() { stop(); }
  TenantOpening(const TenantOpening&) = delete;
  TenantOpening& operator=(const TenantOpening&) = delete;

  // Has these opened on threads of their own, several at a time, for each waits for the disk. Once.
  void begin(TenantRegistry& tenants, std::vector<std::string> ids);
  // Until each is open or known not to be; false after `patience`.
  bool wait(std::chrono::milliseconds patience);
  // Those whose turn is still to come, or that are being opened.
  std::set<std::string, std::less<>> awaited() const;
  // Begins none any more and waits for those that are being opened. Idempotent.
  void stop();

 private:
  void run(TenantRegistry& tenants);
  // "" where there is none left.
  std::string next();
  void finish(const std::string& id);

  Log& log_;
  mutable Mutex mutex_;
  Condition finished_;
  std::vector<std::string> ids_ DMS_GUARDED_BY(mutex_);
  std::size_t next_ DMS_GUARDED_BY(mutex_) = 0;  // of ids_
  std::set<std::string, std::less<>> awaited_ DMS_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;  // of the one who begins and stops
};

}  // namespace dms::web
