// RocksDB's BackupEngine does the work (utilities/backup_engine.h): tables that generations share
// lie once in `shared_checksum`, what is a generation's own in `private`, and `meta` names both
// with their checksums (CRC32C).

#include "storage/backup.h"

#include <fmt/format.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/utilities/backup_engine.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/describe/class.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "dms/base/json_codec.h"
#include "storage/backup_files.h"
#include "storage/backup_folder.h"
#include "storage/database_backup.h"
#include "storage/ending_files.h"
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
  std::optional<Sha256Digest> files;  // of SHA256SUMS; early versions had none
};
BOOST_DESCRIBE_STRUCT(BackupLabel, (), (format, time, store, journal_sequence, journal_hash, files))

Error backup_error(const rocksdb::Status& status, const std::string& folder) {
  const ErrorCode code = status.IsNoSpace()      ? ErrorCode::storage_full
                         : status.IsCorruption() ? ErrorCode::corrupt
                         : status.IsNotFound()   ? ErrorCode::not_found
                                                 : ErrorCode::unavailable;
  return operator_error(code, fmt::format("backup {}: {}", folder, status.ToString()));
}

// A folder opened for reading. Its environment outlives what reads with it.
struct Reader {
  std::unique_ptr<rocksdb::Env> env;
  std::unique_ptr<rocksdb::BackupEngineReadOnly> engine;
};

Result<Reader> open_reader(const BackupPlace& place) {
  const std::string& folder = place.folder;
  struct stat found {};
  if (::stat((folder + "/meta").c_str(), &found) != 0) {
    if (errno != ENOENT) return fail(system_error(folder));
    return fail(operator_error(ErrorCode::not_found, "backup " + folder + ": there is none"));
  }
  DMS_TRY(check_sealing(place));
  Reader reader;
  reader.env = backup_env(place);
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngineReadOnly::Open(
      rocksdb::BackupEngineOptions(folder, reader.env.get()), rocksdb::Env::Default(), &opened);
  if (!status.ok()) return fail(backup_error(status, folder));
  reader.engine.reset(opened);
  return reader;
}

std::optional<BackupLabel> parse_label(const rocksdb::BackupInfo& info) {
  auto label = decode_json<BackupLabel>(info.app_metadata, JsonProfile::record);
  if (!label) return std::nullopt;
  return *label;
}

std::optional<BackupGeneration> parse_generation(const rocksdb::BackupInfo& info) {
  const auto label = parse_label(info);
  if (!label) return std::nullopt;
  return BackupGeneration{info.backup_id,          label->time,        info.size, label->store,
                          label->journal_sequence, label->journal_hash};
}

Result<rocksdb::BackupInfo> find_info(const rocksdb::BackupEngineReadOnlyBase& engine,
                                      const std::string& folder, std::uint32_t number) {
  rocksdb::BackupInfo info;
  const rocksdb::Status status = engine.GetBackupInfo(number, &info);
  if (!status.ok()) return fail(backup_error(status, folder));
  if (!parse_label(info)) {
    return fail(operator_error(
        ErrorCode::corrupt, fmt::format("backup {}: generation {} has no label", folder, number)));
  }
  return info;
}

Result<BackupGeneration> find_generation(const rocksdb::BackupEngineReadOnlyBase& engine,
                                         const std::string& folder, std::uint32_t number) {
  return *parse_generation(DMS_TRY(find_info(engine, folder, number)));
}

// What of the small files a generation's label knows.
Result<BackupFiles> files_of(const BackupPlace& place, const rocksdb::BackupInfo& info) {
  const auto label = parse_label(info);
  if (!label || !label->files) return BackupFiles();
  return read_listed_files(place, info.backup_id, *label->files);
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

// Whether it is to end before its time. Who waits to open a failed store again need not wait for a
// backup of it.
bool is_to_end(const Database& database, const BackupOptions& options) {
  return (options.is_cancelled != nullptr && *options.is_cancelled) || !database.writable();
}

bool is_same_disk(const std::string& left, const std::string& right) {
  struct stat first {};
  struct stat second {};
  return ::stat(left.c_str(), &first) == 0 && ::stat(right.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev;
}

// While files are copied none is deleted: the store grows by what compactions replace. Where its
// disk was full before, nothing is committed, and a backup elsewhere is the more welcome.
bool is_disk_to_be_watched(const Database& database, const std::string& folder) {
  return database.check_disk(0) || is_same_disk(folder, database.raw().GetName());
}

}  // namespace

Result<std::vector<BackupGeneration>> list_backups(const BackupPlace& place) {
  const Reader reader = DMS_TRY(open_reader(place));
  return proven_in(*reader.engine, read_proven(place.folder));
}

Result<void> check_backup(const BackupPlace& place, std::uint32_t number) {
  const Reader reader = DMS_TRY(open_reader(place));
  const rocksdb::Status status = reader.engine->VerifyBackup(number, true);
  if (!status.ok()) return fail(backup_error(status, place.folder));
  DMS_TRY(files_of(place, DMS_TRY(find_info(*reader.engine, place.folder, number))));
  return {};
}

Result<BackedUpDatabase> find_backed_up(const BackupPlace& place, std::uint32_t number) {
  Reader reader = DMS_TRY(open_reader(place));
  rocksdb::BackupInfo info;
  const rocksdb::Status status = reader.engine->GetBackupInfo(number, &info, true);
  if (!status.ok()) return fail(backup_error(status, place.folder));
  BackupGeneration generation = DMS_TRY(find_generation(*reader.engine, place.folder, number));
  reader.engine.reset();
  return BackedUpDatabase{info.name_for_open, std::move(reader.env), info.env_for_open, generation};
}

Result<BackupFiles> read_generation_files(const BackupPlace& place, std::uint32_t number) {
  const Reader reader = DMS_TRY(open_reader(place));
  return files_of(place, DMS_TRY(find_info(*reader.engine, place.folder, number)));
}

Result<BackupGeneration> restore_backup(const BackupPlace& place, std::uint32_t number,
                                        const std::string& store_folder) {
  struct stat status {};
  if (::lstat(store_folder.c_str(), &status) == 0) {
    return fail(operator_error(ErrorCode::conflict, store_folder + ": exists already"));
  }
  const Reader reader = DMS_TRY(open_reader(place));
  const std::string& folder = place.folder;
  BackupGeneration generation = DMS_TRY(find_generation(*reader.engine, folder, number));
  // Under another name until it is whole, so that a killed restoring is never opened.
  const std::string unfinished = store_folder + ".restoring";
  const std::string database = unfinished + "/db";
  const auto copy = [&]() -> Result<void> {
    if (::mkdir(unfinished.c_str(), S_IRWXU) != 0) return fail(system_error(unfinished));
    const rocksdb::Status copied =
        reader.engine->RestoreDBFromBackup(rocksdb::RestoreOptions(), number, database, database);
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

namespace {

using Engine = std::unique_ptr<rocksdb::BackupEngine>;

Result<Engine> open_engine(const BackupOptions& options, rocksdb::Env* env) {
  rocksdb::BackupEngineOptions settings(options.folder, env);
  if (options.bytes_per_s_max > 0) {
    // What is read counts, too.
    settings.backup_rate_limiter.reset(
        rocksdb::NewGenericRateLimiter(static_cast<std::int64_t>(options.bytes_per_s_max), 100'000,
                                       10, rocksdb::RateLimiter::Mode::kAllIo));
  }
  rocksdb::BackupEngine* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::BackupEngine::Open(settings, rocksdb::Env::Default(), &opened);
  if (!status.ok()) return fail(backup_error(status, options.folder));
  return Engine(opened);
}

Result<std::uint32_t> copy(const Database& database, rocksdb::BackupEngine& engine,
                           const BackupOptions& options, const BackupGeneration& said,
                           bool is_disk_watched) {
  rocksdb::CreateBackupOptions choice;
  // The generation then has next to no WAL, of which a torn end could not be told from damage.
  choice.flush_before_backup = true;
  choice.progress_callback = [&] {
    const bool is_full = is_disk_watched && !database.check_disk(0);
    if (is_full || is_to_end(database, options)) engine.StopBackup();
  };
  const std::string label =
      encode_json(BackupLabel{1, said.time, said.store, said.journal_sequence, said.journal_hash,
                              sha256(list_of_files(options.files))});
  rocksdb::BackupID number = 0;
  const rocksdb::Status status =
      engine.CreateNewBackupWithMetadata(choice, &database.raw(), label, &number);
  if (!status.ok()) return fail(backup_error(status, options.folder));
  return number;
}

// Reads back what was made. None that is not whole is ever taken for the newest. Where reading is
// ended it stays, to be proven another time.
Result<BackupGeneration> prove(rocksdb::BackupEngine& engine, const BackupPlace& place,
                               std::uint32_t number) {
  bool was_ended = false;
  const auto proof = [&]() -> Result<BackupGeneration> {
    const rocksdb::BackupInfo info = DMS_TRY(find_info(engine, place.folder, number));
    const rocksdb::Status status = engine.VerifyBackup(number, true);
    was_ended = status.IsAborted();
    if (!status.ok()) return fail(backup_error(status, place.folder));
    DMS_TRY(files_of(place, info));
    return *parse_generation(info);
  };
  Result<BackupGeneration> proven = proof();
  if (!proven && !was_ended) engine.DeleteBackup(number).PermitUncheckedError();
  return proven;
}

// What was made, but not proven before that was ended, is proven now; it goes where it does not
// hold, or is of another history.
Result<void> prove_what_was_left(rocksdb::BackupEngine& engine, const BackupPlace& place,
                                 std::uint32_t proven, const Continues& continues) {
  std::vector<rocksdb::BackupInfo> all;
  engine.GetBackupInfo(&all);
  // From now on only what has been proven counts.
  if (all.empty()) DMS_TRY(write_proven(place.folder, 0));
  for (const rocksdb::BackupInfo& info : all) {
    if (info.backup_id <= proven) continue;
    const auto generation = parse_generation(info);
    if (!generation || !continues(*generation)) {
      const rocksdb::Status status = engine.DeleteBackup(info.backup_id);
      if (!status.ok()) return fail(backup_error(status, place.folder));
      continue;
    }
    const auto made = prove(engine, place, info.backup_id);
    if (made) {
      DMS_TRY(write_proven(place.folder, made->number));
      continue;
    }
    rocksdb::BackupInfo kept;  // reading was ended
    if (engine.GetBackupInfo(info.backup_id, &kept).ok()) return fail(made.error());
  }
  return {};
}

Result<void> prune(rocksdb::BackupEngine& engine, const BackupOptions& options,
                   std::uint32_t newest) {
  std::vector<std::uint32_t> kept;
  const std::vector<BackupGeneration> all = proven_in(engine, newest);
  const std::vector<std::uint32_t> old = superfluous(all, options.generations_kept);
  for (const BackupGeneration& each : all) {
    if (std::ranges::find(old, each.number) == old.end()) kept.push_back(each.number);
  }
  for (const std::uint32_t number : old) {
    const rocksdb::Status status = engine.DeleteBackup(number);
    if (!status.ok()) return fail(backup_error(status, options.folder));
  }
  return remove_other_files(options.folder, kept);
}

}  // namespace

Result<BackupGeneration> back_up(const Database& database, const BackupOptions& options,
                                 const BackupGeneration& said, const Continues& continues) {
  const auto folder = DMS_TRY(WritableBackupFolder::open(options.folder));
  const BackupPlace place{options.folder, options.key};
  DMS_TRY(check_sealing(place));
  const bool is_watched = is_disk_to_be_watched(database, options.folder);
  const std::unique_ptr<rocksdb::Env> sealed = backup_env(place);
  std::atomic<bool> is_proving{false};  // nothing else that is read is to be ended so
  const std::unique_ptr<rocksdb::Env> env =
      make_ending_env(sealed ? sealed.get() : rocksdb::Env::Default(),
                      [&] { return is_proving && is_to_end(database, options); });
  const Engine engine = DMS_TRY(open_engine(options, env.get()));
  const std::uint32_t proven = read_proven(options.folder);
  const std::vector<BackupGeneration> before = proven_in(*engine, proven);
  if (!before.empty()) DMS_TRY(continues(before.back()));
  // What was destroyed must be so here, too, even where copying fails.
  if (options.present_files) DMS_TRY(write_present_files(place, DMS_TRY(options.present_files())));
  is_proving = true;
  DMS_TRY(prove_what_was_left(*engine, place, proven, continues));
  is_proving = false;
  const std::uint32_t number = DMS_TRY(copy(database, *engine, options, said, is_watched));
  // Of what was added while it was copied, too.
  if (options.present_files) DMS_TRY(write_present_files(place, DMS_TRY(options.present_files())));
  DMS_TRY(write_generation_files(place, number, options.files));
  is_proving = true;
  const BackupGeneration made = DMS_TRY(prove(*engine, place, number));
  is_proving = false;
  DMS_TRY(write_proven(options.folder, number));
  DMS_TRY(prune(*engine, options, number));
  return made;
}

}  // namespace dms::storage
