#pragma once

// `aktenwerk heads`, and what the other commands do with signed heads.

#include <string>
#include <vector>

#include "storage/store.h"
#include "web/workshop.h"

namespace dms::web {

// Prints each tenant's signed heads, a line of JSON each, oldest first; the server may run.
Result<void> print_heads(const ServerConfig& config, const std::vector<std::string>& tenants);

// Sets the heads aside that the tenant's store does not agree with, and says where they are.
Result<void> set_aside_heads_of(Workshop& workshop, const std::string& tenant_id);

// Holds the heads in `file`, which were sent elsewhere earlier, against the tenant's store.
Result<HeadsReport> check_foreign_heads(Tenant& tenant, const std::string& file);

// Makes a generation, and beside it a copy of the signed heads.
Result<storage::BackupGeneration> back_up_with_heads(Tenant& tenant,
                                                     const storage::BackupOptions& options);

// The signed heads at a restore.
struct RestoredHeads {
  storage::BackupPlace generations;  // where they are copied to
  std::string data_dir;              // where the tenant is restored to
  std::string tenant;
};
// `corrupt` where one was signed of another history than `store` has up to there.
Result<void> check_restored_heads(const RestoredHeads& heads, const storage::Store& store);
// Brings the copies to where the server looks for them. What is newer than `store` is set aside,
// and told.
Result<void> take_over_heads(const RestoredHeads& heads, const storage::Store& store, Instant now);

// The heads that came with an import, as bytes, for a tenant whose store is `store`: as
// check_restored_heads() and take_over_heads().
struct ImportedHeads {
  std::string lines;
  std::string data_dir;
  std::string tenant;
};
Result<void> take_over_heads(const ImportedHeads& heads, const storage::Store& store, Instant now);

}  // namespace dms::web
