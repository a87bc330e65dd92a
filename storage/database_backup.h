#pragma once

// INTERNAL to storage/: making a backup of an open database.

#include "storage/backup.h"
#include "storage/database.h"

namespace dms::storage {

// Makes a generation, reads it back, and only then lets the oldest go. `said` is what it holds at
// least. One at a time on a folder. A failure leaves the generations before.
Result<BackupGeneration> back_up(const Database& database, const BackupOptions& options,
                                 const BackupGeneration& said);

}  // namespace dms::storage
