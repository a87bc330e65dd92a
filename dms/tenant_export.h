#pragma once

// A tenant as a folder that opens without us: its original files in folders named as in the filing
// plan, with what is known of them beside in JSON, and a machine part from which the same tenant
// can be made again (tenant_import.h). README.md says what lies where.

#include <cstdint>
#include <functional>
#include <string>

#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "storage/store.h"

namespace dms {

struct ExportOptions {
  std::string folder;  // must not exist
  std::string tenant;  // its id
  std::string name;    // of the municipality, for people
  std::string heads;   // the tenant's file of signed heads, as bytes
  // Hashes of passwords, sessions and tokens are exported, too. Without them users of the imported
  // tenant have no password until they get one, and programs no token.
  bool with_secrets = false;
  std::string system_user;  // who exports, as the system knows him; "": unknown
};

struct ExportCounts {
  std::uint64_t dossiers = 0;
  std::uint64_t documents = 0;
  std::uint64_t contents = 0;       // files
  std::uint64_t content_bytes = 0;  // of them
  std::uint64_t records = 0;
  std::uint64_t journal_entries = 0;
};

struct ExportReport {
  ExportCounts counts;
  Sha256Digest checksums;  // of SHA256SUMS: noted elsewhere it vouches for all
};

// Exports the state of now. Before anything of it leaves, the store's journal says so
// (`tenant.exported`, by the nil actor: who works on the command line has not signed in); that
// event is not in the export, so that of what was imported the same comes out again. Nothing else
// in the store changes. The folder is there whole or not at all. `progress` is told now and then.
// Memory: 16 bytes a file of a version, the filing plan, people.
Result<ExportReport> export_tenant(storage::Store& store, const ExportOptions& options,
                                   const std::function<void(const ExportCounts&)>& progress);

}  // namespace dms
