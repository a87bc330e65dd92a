#pragma once

// A tenant's store out of an export (tenant_export.h): the same ids, versions, dates, counters, and
// the same journal and reads, byte for byte. What is derived is made anew.

#include <cstdint>
#include <functional>
#include <string>

#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "storage/bulk_load.h"

namespace dms {

struct ImportOptions {
  std::string folder;           // the export
  storage::StoreOptions store;  // where its store comes to, which must not exist
};

struct ImportCounts {
  std::uint64_t checked_bytes = 0;  // read once to prove the checksums, before anything is made
  std::uint64_t content_bytes = 0;
  std::uint64_t records = 0;
  std::uint64_t journal_entries = 0;
};

struct ImportReport {
  ImportCounts counts;
  Sha256Digest checksums;  // of SHA256SUMS, as the export told
  std::string tenant;      // its id where it was exported
  bool has_secrets = false;
  std::string heads;  // signed heads that came with it, as bytes; "" without
};

// The store is there whole and verified or not at all. `corrupt` or `invalid` where the export is
// not what was written or does not hold together, with file and line in the hint. Every checksum is
// checked first, the journal's chain while it is loaded, and everything once more as `aktenwerk
// verify` does. `progress` is told now and then.
Result<ImportReport> import_tenant(storage::StorageEnvironment& environment,
                                   const ImportOptions& options,
                                   const std::function<void(const ImportCounts&)>& progress);

}  // namespace dms
