#pragma once

// `aktenwerk export` and `aktenwerk import`.

#include <string>

#include "web/workshop.h"

namespace dms::web {

struct ExportCommand {
  std::string tenant;
  std::string folder;    // must not exist
  std::string data_dir;  // "": the configured one
  bool with_secrets = false;
};
// Writes a tenant as a folder that opens without us; the server must not have it open.
Result<void> export_tenant_to(Workshop& workshop, const ExportCommand& command);

struct ImportCommand {
  std::string tenant;
  std::string folder;
};
// Makes a tenant, which must not exist yet, of such a folder. `corrupt` where that is damaged.
Result<void> import_tenant_from(Workshop& workshop, const ImportCommand& command);

}  // namespace dms::web
