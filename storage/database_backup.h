#pragma once

// INTERNAL to storage/: making a backup of an open database.

#include <functional>

#include "storage/backup.h"
#include "storage/database.h"

namespace dms::storage {

// Makes a generation, reads it back, and only then lets the oldest go; `busy` where another process
// makes one in the folder. `said` is what it holds at least. `continues` says whether the newest
// generation there is of this store's history: others are never mixed in (nor pushed out). A
// failure leaves the generations before.
using Continues = std::function<Result<void>(const BackupGeneration&)>;
Result<BackupGeneration> back_up(const Database& database, const BackupOptions& options,
                                 const BackupGeneration& said, const Continues& continues);

}  // namespace dms::storage
