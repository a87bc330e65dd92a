#pragma once

// What the commands beside `serve` need: the parts of a server without its listeners.

#include <unistd.h>

#include <memory>
#include <string>

#include "dms/base/config.h"
#include "dms/base/log.h"
#include "dms/base/metrics.h"
#include "dms/password.h"
#include "dms/tenant.h"
#include "web/process.h"

namespace dms::web {

struct Workshop {
  explicit Workshop(const ServerConfig& server_config)
      : config(server_config), log(STDERR_FILENO, LogLevel::warning, clock) {}
  ServerConfig config;
  SystemClock clock;
  JsonLog log;
  MetricsRegistry metrics;
  storage::StorageEnvironment storage{{}, clock, log, metrics};
  Argon2idHasher hasher;

  // `not_found` for one that the configuration does not name.
  Result<std::shared_ptr<Tenant>> open(const std::string& id) {
    for (const TenantConfig& tenant : tenant_configs(config)) {
      if (tenant.id != id) continue;
      return Tenant::open(tenant, tenant_environment(config, {storage, hasher, clock, log, metrics},
                                                     nullptr, nullptr));
    }
    return fail(ErrorCode::not_found, "Die Konfiguration nennt keinen solchen Mandanten.",
                "The configuration names no such tenant.");
  }
};

}  // namespace dms::web
