#pragma once

// INTERNAL to storage/: how much of RocksDB's manifest (db/MANIFEST-…, the list of tables) is on
// disk for good. RocksDB takes an entry that is not whole at the end of that file for one that was
// being written when the process died, and goes on without it and without all that it named: so
// does it where a byte of an entry's length has changed, or where the file has been cut off.
//
// The file `manifest_length` beside the manifest is overwritten after each of its fsyncs, before
// RocksDB deletes anything that the new entry makes superfluous. Only the first note of a manifest
// is fsynced (RocksDB may give its number to another one after a kill): later ones may be older
// after a power cut. Layout: README.md, for ever.

#include <cstdint>
#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms::storage {

struct ManifestLength {
  std::uint64_t number = 0;  // of MANIFEST-<number>
  std::uint64_t bytes = 0;
};

enum class LengthNote : std::uint8_t { first, further };
// `folder` is RocksDB's. `unavailable` where it cannot be written.
Result<void> note_manifest_length(const std::string& folder, const ManifestLength& length,
                                  LengthNote note);

// `corrupt` where the manifest that CURRENT names does not hold whole entries up to the length
// noted for it. Fine where none is noted; what else may be wrong is left to RocksDB.
Result<void> check_manifest_length(const std::string& folder);

// Pure: where the last whole entry of a log file (of RocksDB's format) ends, going by lengths
// alone.
std::uint64_t whole_entries_end(std::string_view log);

}  // namespace dms::storage
