#pragma once

// The server: everything that runs, wired together. Ownership is declaration order: what is
// declared later uses what is declared before it and ends first.

#include <functional>
#include <memory>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms::web {

// start and stop belong to one thread; the rest is thread-safe.
class Server {
 public:
  // Makes keys and certificate where they are absent, listens, opens the tenants. Returns when each
  // is open or known not to be, after half a minute at the latest.
  // Call it before the process has other threads: the extraction sandbox is started first.
  static Result<std::unique_ptr<Server>> start(const ServerConfig& config, const Clock& clock,
                                               Log& log);
  virtual ~Server() = default;  // stop()

  virtual std::uint16_t port() const = 0;
  virtual std::uint16_t admin_port() const = 0;
  // SIGHUP: checks and takes the certificate files anew; keeps the present ones where they are bad.
  virtual void reload() = 0;
  // Stops accepting, lets running requests end (10 s at most), flushes the indexers, closes the
  // stores. What was acknowledged is durable without it. Idempotent.
  virtual void stop() = 0;
};

}  // namespace dms::web
