#pragma once

// A generation of a backup as a store, read where it lies: nothing is copied, so it costs no disk
// and begins at once.

#include <cstdint>
#include <memory>

#include "storage/backup.h"
#include "storage/store.h"

namespace dms::storage {

// Opens it for reading alone; `options.folder` is not used. Errors as of list_backups() and
// Store::open(). `unsupported` where an earlier version of the formats wrote it: restore that one.
// Of a generation that was removed meanwhile, because a newer one was made, reads fail.
Result<std::unique_ptr<Store>> open_backup(StorageEnvironment& environment,
                                           const BackupPlace& place, std::uint32_t number,
                                           StoreOptions options);

}  // namespace dms::storage
