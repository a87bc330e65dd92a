#pragma once

// From the configuration to what comes in by itself.

#include "dms/base/config.h"
#include "dms/tenant_registry.h"
#include "search/extract/extractor.h"
#include "web/capture/captures.h"

namespace dms::web {

struct CaptureParts {
  TenantRegistry& tenants;
  search::Extractor& extractor;
  const Clock& clock;
  Log& log;
};

// Adds each mailbox and scan folder of the configuration. Borrows the parts.
void add_configured_captures(const ServerConfig& config, const CaptureParts& parts,
                             Captures& captures);

}  // namespace dms::web
