// RocksDB's BackupEngine does the work (utilities/backup_engine.h): tables that generations share
// lie once in `shared_checksum`, what is a generation's own in `private`, and `meta` names both
// with their checksums (CRC32C).

#include "storage/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/utilities/backup_engine.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/describe/class.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
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

// A backup folder for writing: 0700 and ours, no link, and of one process at a time.
class WritableFolder {
 public:
  static Result<std::unique_ptr<WritableFolder>> open(const std::string& path);
  ~WritableFolder() {
    if (lock_ >= 0) ::close(lock_);
    ::close(folder_);
  }
  WritableFolder(const WritableFolder&) = delete;
  WritableFolder& operator=(const WritableFolder&) = delete;

  // The number of the newest generation that was read back and found whole.
  Result<void> write_proven(std::uint32_t number) const;

 private:
  explicit WritableFolder(int folder) : folder_(folder) {}

  int folder_;
  int lock_ = -1;
};

Result<std::unique_ptr<WritableFolder>> WritableFolder::open(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return fail(system_error(path));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return fail(system_error(path));
  std::unique_ptr<WritableFolder> folder(new WritableFolder(descriptor));
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return fail(system_error(path));
  if (status.st_uid != ::geteuid()) {
    return fail(operator_error(ErrorCode::unavailable, path + ": belongs to another user"));
  }
  if (::fchmod(descriptor, S_IRWXU) != 0) return fail(system_error(path));
  folder->lock_ =
      ::openat(descriptor, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (folder->lock_ < 0) return fail(system_error(path));
  if (::flock(folder->lock_, LOCK_EX | LOCK_NB) != 0) {
    return fail(operator_error(ErrorCode::busy, path + ": another process makes a backup there"));
  }
  return folder;
}

Result<void> WritableFolder::write_proven(std::uint32_t number) const {
  const std::string text = std::to_string(number);
  const int file =
      ::openat(folder_, "proven.new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
               S_IRUSR | S_IWUSR);
  if (file < 0) return fail(system_error("proven.new"));
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const Error error = system_error("proven.new");
  ::close(file);
  if (!is_written) return fail(error);
  if (::renameat(folder_, "proven.new", folder_, "proven") != 0 || ::fsync(folder_) != 0) {
    return fail(system_error("proven"));
  }
  return {};
}

// Every generation up to this one has been proven. Where the file is missing, as where somebody
// copied the rest alone, all that are there: better one too many than none.
std::uint32_t read_proven(const std::string& folder) {
  std::ifstream file(folder + "/proven");
  std::uint32_t number = 0;
  file >> number;
  return file ? number : std::numeric_limits<std::uint32_t>::max();
}

using Reader = std::unique_ptr<rocksdb::BackupEngineReadOnly>;

Result<Reader> open_reader(const std::string& folder) {
  struct stat found {};
  if (::stat((folder + "/meta").c_str(), &found) != 0) {
    if (errno != ENOENT) return fail(system_error(folder));
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

std::vector<BackupGeneration> proven_in(const rocksdb::BackupEngineReadOnlyBase& engine,
                                        std::uint32_t proven) {
  std::vector<rocksdb::BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  std::vector<BackupGeneration> generations;
  for (const rocksdb::BackupInfo& info : infos) {
    const auto generation = parse_generation(info);
    if (generation && generation->number <= proven) generations.push_back(*generation);
  }
  return generations;
}

auto day_of(Instant time) {
  return std::chrono::floor<std::chrono::days>(time);
}

// What is not to be kept: of days before the newest all but the last generation, and what is beyond
// the number. `generations` are ascending.
std::vector<std::uint32_t> superfluous(const std::vector<BackupGeneration>& generations,
                                       std::uint32_t kept) {
  std::vector<std::uint32_t> numbers;
  std::uint32_t of_newest_day = 0;
  std::uint32_t days = 0;
  for (std::size_t i = generations.size(); i-- > 0;) {
    const BackupGeneration& each = generations[i];
    bool stays = false;
    if (day_of(each.time) == day_of(generations.back().time)) {
      stays = ++of_newest_day <= kept;
    } else if (day_of(each.time) != day_of(generations[i + 1].time)) {
      stays = ++days < kept;
    }
    if (!stays) numbers.push_back(each.number);
  }
  return numbers;
}

// Why copying is to end before its time.
bool is_to_stop(const Database& database, const BackupOptions& options, bool shares_disk) {
  if (options.is_cancelled != nullptr && *options.is_cancelled) return true;
  if (!database.writable()) return true;  // who waits to open it again need not wait for this
  return shares_disk && !database.check_disk(0);
}

bool is_same_disk(const std::string& left, const std::string& right) {
  struct stat first {};
  struct stat second {};
  return ::stat(left.c_str(), &first) == 0 && ::stat(right.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev;
}

}  // namespace

Result<std::vector<BackupGeneration>> list_backups(const std::string& folder) {
  const Reader reader = DMS_TRY(open_reader(folder));
  return proven_in(*reader, read_proven(folder));
}

Result<void> check_backup(const std::string& folder, std::uint32_t number) {
  const Reader reader = DMS_TRY(open_reader(folder));
  const rocksdb::Status status = reader->VerifyBackup(number, true);
  if (!status.ok()) return fail(backup_error(status, folder));
  return {};
}

Result<BackupGeneration> restore_backup(const std::string& folder, std::uint32_t number,
                                        const std::string& store_folder) {
  struct stat status {};
  if (::lstat(store_folder.c_str(), &status) == 0) {
    return fail(operator_error(ErrorCode::conflict, store_folder + ": exists already"));
  }
  const Reader reader = DMS_TRY(open_reader(folder));
  BackupGeneration generation = DMS_TRY(find_generation(*reader, folder, number));
  // Under another name until it is whole, so that a killed restoring is never opened.
  const std::string unfinished = store_folder + ".restoring";
  const std::string database = unfinished + "/db";
  const auto copy = [&]() -> Result<void> {
    if (::mkdir(unfinished.c_str(), S_IRWXU) != 0) return fail(system_error(unfinished));
    const rocksdb::Status copied =
        reader->RestoreDBFromBackup(rocksdb::RestoreOptions(), number, database, database);
    if (!copied.ok()) return fail(backup_error(copied, folder));
    if (::chmod(database.c_str(), S_IRWXU) != 0) return fail(system_error(database));
    DMS_TRY(synced_folder(database));
    DMS_TRY(synced_folder(unfinished));
    if (::rename(unfinished.c_str(), store_folder.c_str()) != 0) {
      return fail(system_error(store_folder));
    }
    return synced_folder(fs::path(store_folder).parent_path().string());
  };
  std::error_code ignored;
  fs::remove_all(unfinished, ignored);
  const Result<void> copied = copy();
  fs::remove_all(unfinished, ignored);
  if (!copied) return fail(copied.error());
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
                                 const BackupGeneration& said, const Continues& continues) {
  const auto folder = DMS_TRY(WritableFolder::open(options.folder));
  const auto failed = [&](const rocksdb::Status& status) {
    return fail(backup_error(status, options.folder));
  };
  rocksdb::BackupEngineOptions settings(options.folder);
  if (options.bytes_per_s_max > 0) {
    // What is read counts, too.
    settings.backup_rate_limiter.reset(
        rocksdb::NewGenericRateLimiter(static_cast<std::int64_t>(options.bytes_per_s_max), 100'000,
                                       10, rocksdb::RateLimiter::Mode::kAllIo));
  }
  rocksdb::BackupEngine* opened = nullptr;
  rocksdb::Status status = rocksdb::BackupEngine::Open(settings, rocksdb::Env::Default(), &opened);
  if (!status.ok()) return failed(status);
  const std::unique_ptr<rocksdb::BackupEngine> engine(opened);
  const std::uint32_t proven = read_proven(options.folder);
  const std::vector<BackupGeneration> before = proven_in(*engine, proven);
  if (!before.empty()) DMS_TRY(continues(before.back()));
  std::vector<rocksdb::BackupInfo> all;
  engine->GetBackupInfo(&all);
  // From now on only what has been proven counts.
  if (all.empty()) DMS_TRY(folder->write_proven(0));
  for (const rocksdb::BackupInfo& info : all) {
    // Made, but not proven before the process ended.
    if (info.backup_id > proven) status = engine->DeleteBackup(info.backup_id);
    if (!status.ok()) return failed(status);
  }
  rocksdb::CreateBackupOptions choice;
  // The generation then has next to no WAL, of which a torn end could not be told from damage.
  choice.flush_before_backup = true;
  const bool shares_disk = is_same_disk(options.folder, database.raw().GetName());
  choice.progress_callback = [&] {
    if (is_to_stop(database, options, shares_disk)) engine->StopBackup();
  };
  const std::string label =
      encode_json(BackupLabel{1, said.time, said.store, said.journal_sequence, said.journal_hash});
  rocksdb::BackupID number = 0;
  status = engine->CreateNewBackupWithMetadata(choice, &database.raw(), label, &number);
  if (!status.ok()) return failed(status);
  const BackupGeneration made = DMS_TRY(find_generation(*engine, options.folder, number));
  status = engine->VerifyBackup(number, true);
  if (!status.ok()) {
    // None that is not whole is ever taken for the newest.
    engine->DeleteBackup(number).PermitUncheckedError();
    return failed(status);
  }
  DMS_TRY(folder->write_proven(number));
  for (const std::uint32_t old :
       superfluous(proven_in(*engine, number), options.generations_kept)) {
    status = engine->DeleteBackup(old);
    if (!status.ok()) return failed(status);
  }
  return made;
}

}  // namespace dms::storage
