#pragma once

// INTERNAL to storage/: making a backup of an open database.

#include <rocksdb/env.h>

#include <functional>
#include <memory>
#include <string>

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

// A generation's database as it lies in the folder, to be opened read-only.
struct BackedUpDatabase {
  std::string folder;
  std::unique_ptr<rocksdb::Env> sealed;  // nullptr where it is not; outlives the next
  std::shared_ptr<rocksdb::Env> env;     // shows shared tables as if they were in `folder`
  BackupGeneration generation;
};
Result<BackedUpDatabase> find_backed_up(const BackupPlace& place, std::uint32_t number);

}  // namespace dms::storage
