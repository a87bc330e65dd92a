#pragma once

// INTERNAL to storage/: a file system whose reading can be ended. RocksDB's BackupEngine reads a
// whole generation in one call, which knows no other way out.

#include <rocksdb/env.h>

#include <functional>
#include <memory>

namespace dms::storage {

// Thread-safe; asked before each piece of a file.
using IsToEnd = std::function<bool()>;

// An environment over that of `base`, to outlive it. Once `is_to_end` says so, files that are read
// from beginning to end fail as Aborted.
std::unique_ptr<rocksdb::Env> make_ending_env(rocksdb::Env* base, IsToEnd is_to_end);

}  // namespace dms::storage
