// RocksDB's BackupEngine does the work (utilities/backup_engine.h): tables that generations share
// lie once in `shared_checksum`, what is a generation's own in `private`, and `meta` names both
// with their checksums (CRC32C).

#include "storage/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/utilities/backup_engine.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "dms/base/json_codec.h"
#include "storage/database_backup.h"
#include "storage/store.h"

namespace dms::storage {

namespace {

namespace fs = std::filesystem;

// What a generation says of itself, in RocksDB's metadata file. Names are for ever.
struct BackupLabel {
  std::uint32_t format = 1;
  Instant time;
  Uuid store;
  std::uint64_t journal_sequence = 0;
  Sha256Digest journal_hash;
};
BOOST_DESCRIBE_STRUCT(BackupLabel, (), (format, time, store, journal_sequence, journal_hash))

Error backup_error(const rocksdb::Status& status, const std::string& folder) {
  const ErrorCode code = status.IsNoSpace()      ? ErrorCode::storage_full
                         : status.IsCorruption() ? ErrorCode::corrupt
                         : status.IsNotFound()   ? ErrorCode::not_found
                                                 : ErrorCode::unavailable;
  return operator_error(code, fmt::format("backup {}: {}", folder, status.ToString()));
}

Error system_error(const std::string& path) {
  return operator_error(ErrorCode::unavailable, fmt::format("{}: {}", path, std::strerror(errno)));
}

Result<void> synced_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return fail(system_error(path));
  const bool is_synced = ::fsync(folder) == 0;
  const Error error = system_error(path);
  ::close(folder);
  if (!is_synced) return fail(error);
  return {};
}

using Reader = std::unique_ptr<rocksdb::BackupEngineReadOnly>;

Result<Reader> open_reader(const std::string& folder) {
  // Opening one that does not exist would make it.
  if (!fs::is_directory(fs::path(folder) / "meta")) {
    return fail(operator_error(ErrorCode::not_found, "backup " + folder + ": there is none"));
  }
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngineReadOnly::Open(
      rocksdb::BackupEngineOptions(folder), rocksdb::Env::Default(), &opened);
  if (!status.ok()) return fail(backup_error(status, folder));
  return Reader(opened);
}

std::optional<BackupGeneration> parse_generation(const rocksdb::BackupInfo& info) {
  const Result<BackupLabel> label =
      decode_json<BackupLabel>(info.app_metadata, JsonProfile::record);
  if (!label) return std::nullopt;
  return BackupGeneration{info.backup_id,          label->time,        info.size, label->store,
                          label->journal_sequence, label->journal_hash};
}

Result<BackupGeneration> find_generation(const rocksdb::BackupEngineReadOnlyBase& engine,
                                         const std::string& folder, std::uint32_t number) {
  rocksdb::BackupInfo info;
  const rocksdb::Status status = engine.GetBackupInfo(number, &info);
  if (!status.ok()) return fail(backup_error(status, folder));
  const auto generation = parse_generation(info);
  if (!generation) {
    return fail(operator_error(
        ErrorCode::corrupt, fmt::format("backup {}: generation {} has no label", folder, number)));
  }
  return *generation;
}

}  // namespace

Result<std::vector<BackupGeneration>> list_backups(const std::string& folder) {
  const Reader reader = DMS_TRY(open_reader(folder));
  std::vector<rocksdb::BackupInfo> infos;
  reader->GetBackupInfo(&infos);
  std::vector<BackupGeneration> generations;
  for (const rocksdb::BackupInfo& info : infos) {
    if (const auto generation = parse_generation(info)) generations.push_back(*generation);
  }
  return generations;
}

Result<void> check_backup(const std::string& folder, std::uint32_t number) {
  const Reader reader = DMS_TRY(open_reader(folder));
  const rocksdb::Status status = reader->VerifyBackup(number, true);
  if (!status.ok()) return fail(backup_error(status, folder));
  return {};
}

Result<BackupGeneration> restore_backup(const std::string& folder, std::uint32_t number,
                                        const std::string& store_folder) {
  if (fs::exists(fs::symlink_status(store_folder))) {
    return fail(operator_error(ErrorCode::conflict, store_folder + ": exists already"));
  }
  const Reader reader = DMS_TRY(open_reader(folder));
  BackupGeneration generation = DMS_TRY(find_generation(*reader, folder, number));
  // Under another name until it is whole, so that a killed restoring is never opened.
  const std::string unfinished = store_folder + ".restoring";
  std::error_code ignored;
  fs::remove_all(unfinished, ignored);
  if (::mkdir(unfinished.c_str(), S_IRWXU) != 0) return fail(system_error(unfinished));
  const std::string database = unfinished + "/db";
  const rocksdb::Status status =
      reader->RestoreDBFromBackup(rocksdb::RestoreOptions(), number, database, database);
  if (!status.ok()) {
    fs::remove_all(unfinished, ignored);
    return fail(backup_error(status, folder));
  }
  if (::chmod(database.c_str(), S_IRWXU) != 0) return fail(system_error(database));
  DMS_TRY(synced_folder(database));
  DMS_TRY(synced_folder(unfinished));
  if (::rename(unfinished.c_str(), store_folder.c_str()) != 0) {
    return fail(system_error(store_folder));
  }
  DMS_TRY(synced_folder(fs::path(store_folder).parent_path().string()));
  return generation;
}

Result<void> prove_restored(const Store& store, const BackupGeneration& generation) {
  const auto hash = DMS_TRY(store.journal_hash(generation.journal_sequence));
  if (store.id() == generation.store && hash == generation.journal_hash) return {};
  return fail(operator_error(ErrorCode::corrupt,
                             fmt::format("generation {}: the journal does not hold entry {} as it "
                                         "was when the backup was made",
                                         generation.number, generation.journal_sequence)));
}

Result<BackupGeneration> back_up(const Database& database, const BackupOptions& options,
                                 const BackupGeneration& said) {
  if (::mkdir(options.folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return fail(system_error(options.folder));
  }
  rocksdb::BackupEngineOptions settings(options.folder);
  settings.backup_rate_limit = options.bytes_per_s_max;
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::Status status = rocksdb::BackupEngine::Open(settings, rocksdb::Env::Default(), &opened);
  if (!status.ok()) return fail(backup_error(status, options.folder));
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  rocksdb::CreateBackupOptions choice;
  // The generation then has next to no WAL, of which a torn end could not be told from damage.
  choice.flush_before_backup = true;
  choice.progress_callback = [&] {
    if (options.is_cancelled != nullptr && *options.is_cancelled) engine->StopBackup();
  };
  const std::string label =
      encode_json(BackupLabel{1, said.time, said.store, said.journal_sequence, said.journal_hash});
  rocksdb::BackupID number = 0;
  status = engine->CreateNewBackupWithMetadata(choice, &database.raw(), label, &number);
  if (!status.ok()) return fail(backup_error(status, options.folder));
  BackupGeneration made = DMS_TRY(find_generation(*engine, options.folder, number));
  status = engine->VerifyBackup(number, true);
  if (!status.ok()) return fail(backup_error(status, options.folder));
  status = engine->PurgeOldBackups(std::max(options.generations_kept, 1U));
  if (!status.ok()) return fail(backup_error(status, options.folder));
  return made;
}

}  // namespace dms::storage
