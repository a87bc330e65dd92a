#pragma once

// INTERNAL to storage/: how RocksDB is set up, with the reasons.

#include <rocksdb/options.h>

#include <cstdint>

#include "storage/database.h"

namespace dms::storage {

rocksdb::DBOptions database_settings(const Database::Options& options);
rocksdb::ColumnFamilyOptions family_settings(Family family, const Database::Options& options);

// 2 × write buffers + WAL limit + 256 MiB: what RocksDB may still need to write out what it has
// accepted, so that it never meets ENOSPC itself.
std::uint64_t computed_disk_reserve(const Database::Options& options);

}  // namespace dms::storage
