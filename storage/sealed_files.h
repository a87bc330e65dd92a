#pragma once

// INTERNAL to storage/: the file system under an encrypted backup. RocksDB sees plain bytes and
// plain sizes; on disk each file is sealed (sealed_format.h) under its name below the folder. What
// is damaged, cut, clear or another's is Corruption when it is read.
//
// Files are written once, from beginning to end: a sync or close ends them, and to append to one
// that is there, or to change bytes in it, is NotSupported. So is a new name, but for the one that
// BackupEngine gives a finished file: ".1.tmp" becomes "1".

#include <rocksdb/env.h>

#include <memory>
#include <string>

#include "dms/base/secret.h"

namespace dms::storage {

// An environment over that of `base` for files below `folder` and no others.
std::unique_ptr<rocksdb::Env> make_sealed_env(rocksdb::Env* base, const std::string& folder,
                                              const Secret& key);

}  // namespace dms::storage
