#pragma once

// INTERNAL to storage/: what a backup folder is beside RocksDB's BackupEngine: its lock, the number
// of the newest proven generation, and whether it is encrypted.

#include <rocksdb/env.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "storage/backup.h"

namespace dms::storage {

// A backup folder for writing: 0700 and ours, no link, and of one process at a time.
class WritableBackupFolder {
 public:
  // `busy` where another process makes a backup there.
  static Result<std::unique_ptr<WritableBackupFolder>> open(const std::string& path);
  ~WritableBackupFolder();
  WritableBackupFolder(const WritableBackupFolder&) = delete;
  WritableBackupFolder& operator=(const WritableBackupFolder&) = delete;

 private:
  explicit WritableBackupFolder(int folder) : folder_(folder) {}

  int folder_;
  int lock_ = -1;
};

// Every generation up to this one has been proven. Where the file is missing, as where somebody
// copied the rest alone, all that are there: better one too many than none.
std::uint32_t read_proven(const std::string& folder);
Result<void> write_proven(const std::string& folder, std::uint32_t number);

// Refuses as BackupPlace says. A folder without generations takes either.
Result<void> check_sealing(const BackupPlace& place);
// What BackupEngine reads and writes the folder with; nullptr: the default.
std::unique_ptr<rocksdb::Env> backup_env(const BackupPlace& place);

Result<void> synced_folder(const std::string& path);
Error system_error(const std::string& path);

}  // namespace dms::storage
