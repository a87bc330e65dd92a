#pragma once

// From the configuration to the options of each part: what the server and the other commands share.

#include <string>
#include <vector>

#include "dms/base/config.h"
#include "dms/tenant_registry.h"
#include "search/extract/extractor.h"
#include "web/http/server.h"

namespace dms::web {

std::vector<TenantConfig> tenant_configs(const ServerConfig& config);

// The parts that every tenant borrows. `extractor` and `lane` are nullptr where nothing is to be
// indexed (verification, bootstrap).
struct TenantParts {
  storage::StorageEnvironment& storage;
  const PasswordHasher& hasher;
  const Clock& clock;
  Log& log;
  MetricsRegistry& metrics;
};
TenantEnvironment tenant_environment(const ServerConfig& config, const TenantParts& parts,
                                     search::Extractor* extractor, WorkerLane* extraction_lane);

// The helper program is the configured one, or aktenwerk-extract beside this program.
search::ExtractorOptions extractor_options(const ServerConfig& config);

// The configured certificate, or one of a CA of our own in <data_dir>/tls, made where it is absent
// and renewed when it is about to end.
Result<TlsFiles> provide_tls_files(const ServerConfig& config, const Clock& clock);

// Lets the process hold as many descriptors as the system permits, for each open tenant takes some
// twenty and each connection one. Warns where that may not be enough.
void raise_descriptor_limit(const ServerConfig& config, Log& log);

// Creates `folder` with mode 0700 where it is absent.
Result<void> make_private_folder(const std::string& folder);

}  // namespace dms::web
