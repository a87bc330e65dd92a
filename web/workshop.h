#pragma once

// What the commands beside `serve` need: the parts of a server without its listeners.

#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

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

  // How the tenant's store below `data_dir` is opened alone, with all tables and the keys of its
  // contents; these are held as long as the options are. Errors as open_content_keys().
  Result<storage::StoreOptions> store_options(const std::string& id, const std::string& data_dir) {
    ServerConfig there = config;
    there.data_dir = data_dir;
    const TenantEnvironment environment =
        tenant_environment(there, {storage, hasher, clock, log, metrics}, nullptr, nullptr);
    storage::StoreOptions options = tenant_store_options(environment, id);
    TenantConfig keys_of{.id = id, .name = id, .hosts = {}};
    for (const TenantConfig& tenant : tenant_configs(config)) {
      if (tenant.id == id) keys_of = tenant;
    }
    DMS_TRY(make_private_folder(data_dir + "/keys"));
    DMS_TRY(make_private_folder(data_dir + "/keys/" + id));
    options.content_keys = DMS_TRY(open_content_keys(environment, keys_of));
    return options;
  }

  // What lies in any tenant's store.
  std::vector<storage::TableIndexes> tables() {
    return tenant_store_options(
               tenant_environment(config, {storage, hasher, clock, log, metrics}, nullptr, nullptr),
               "")
        .tables;
  }

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
