#pragma once

// `aktenwerk backup` and `aktenwerk restore`.

#include <cstdint>
#include <string>
#include <vector>

#include "web/workshop.h"

namespace dms::web {

// Has a generation of each tenant made now: by the running server, or here where none listens.
// Fails unless each got one.
Result<void> back_up_now(Workshop& workshop, const std::vector<std::string>& tenants);

// Prints the generations of each.
Result<void> print_backups(const ServerConfig& config, const std::vector<std::string>& tenants);

struct RestoreOptions {
  std::string tenant;
  std::uint32_t generation = 0;  // 0: the newest
  std::string from;              // a tenant's folder of generations; "": the configured one
  std::string data_dir;          // where it is restored to; "": the configured one
  bool is_check = false;         // restored beside it, walked, and removed
};
// Reads the generation's bytes, restores it, opens it and walks all of it; only what is clean comes
// to its place. Problems are printed, and it is `corrupt`.
Result<void> restore_tenant(Workshop& workshop, const RestoreOptions& options);

}  // namespace dms::web
