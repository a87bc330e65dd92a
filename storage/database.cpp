#include "storage/database.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "dms/base/worker_lanes.h"
#include "storage/database_options.h"
#include "storage/keeping_files.h"
#include "storage/slice.h"

namespace dms::storage {

namespace {

// What a client is told to wait: whoever runs the store needs about so long to open it again.
constexpr std::uint32_t failed_retry_after_s = 30;

std::string_view name_of(Family family) {
  return family_names[static_cast<std::size_t>(family)];
}

bool contains(const std::vector<Family>& families, Family family) {
  return std::find(families.begin(), families.end(), family) != families.end();
}

Error open_error(const rocksdb::Status& status, std::string_view name) {
  const ErrorCode code = status.IsCorruption() ? ErrorCode::corrupt : ErrorCode::unavailable;
  return operator_error(code, fmt::format("store {}: open: {}", name, status.ToString()));
}

}  // namespace

// What fails in the background makes the database read-only at once, and RocksDB does not try to go
// on by itself: where the disk was full it would, whatever max_bgerror_resume_count says. But
// damage that a compaction meets takes nothing away from what is written now, and opening the
// database again would only meet it again.
class Database::Listener final : public rocksdb::EventListener {
 public:
  explicit Listener(Database& database) : database_(database) {}
  const char* Name() const override { return "Listener"; }
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    const bool is_met = reason == rocksdb::BackgroundErrorReason::kCompaction &&
                        error->IsCorruption() && database_.options_.access == Access::read_write;
    if (is_met) {
      *error = rocksdb::Status::OK();
      return;
    }
    database_.fail_all(fmt::format("background: {}", error->ToString()));
  }
  void OnCompactionCompleted(rocksdb::DB* /*database*/,
                             const rocksdb::CompactionJobInfo& done) override {
    if (done.status.IsCorruption()) database_.note_damage(done.cf_name, done.status);
  }
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }

 private:
  Database& database_;
};

Error read_error(const rocksdb::Status& status, std::string_view what) {
  ErrorCode code = ErrorCode::internal;
  if (status.IsCorruption()) code = ErrorCode::corrupt;
  if (status.IsIOError()) code = ErrorCode::unavailable;
  return operator_error(code, fmt::format("{}: {}", what, status.ToString()));
}

Error failing_disk(std::string hint) {
  Error error = make_error(ErrorCode::unavailable,
                           "Zurzeit kann nichts gespeichert werden: Der Datenträger des Servers "
                           "ist gestört. Bitte versuchen Sie es später wieder, und sehen Sie "
                           "vorher nach, ob Ihre letzte Eingabe schon da ist.",
                           "Nothing can be stored at present: the server's disk is failing. "
                           "Please try again later, and look first whether what you entered last "
                           "is there already.");
  error.hint = std::move(hint);
  error.retry_after_s = failed_retry_after_s;
  return error;
}

rocksdb::ReadOptions scan_options(Family family, const rocksdb::ReadOptions& wanted) {
  rocksdb::ReadOptions options = wanted;
  if (!holds_chunks(family)) options.ignore_range_deletions = true;
  return options;
}

Result<std::unique_ptr<Database>> Database::open(Options options) {
  std::unique_ptr<Database> database(new Database(std::move(options)));
  if (database->options_.access != Access::read_only) {
    database->env_ = make_keeping_env(database->options_.env);
    database->options_.env = database->env_.get();
  }
  const Options& chosen = database->options_;
  rocksdb::DBOptions settings = database_settings(chosen);
  settings.listeners.push_back(std::make_shared<Listener>(*database));
  std::vector<Family> chosen_families;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (std::size_t i = 0; i < family_count; ++i) {
    const auto family = static_cast<Family>(i);
    if (!chosen.families.empty() && !contains(chosen.families, family)) continue;
    chosen_families.push_back(family);
    families.emplace_back(std::string(name_of(family)), family_settings(family, chosen));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status =
      chosen.access == Access::read_only
          ? rocksdb::DB::OpenForReadOnly(settings, chosen.folder, families, &handles, &raw)
          : rocksdb::DB::Open(settings, chosen.folder, families, &handles, &raw);
  if (!status.ok()) return fail(open_error(status, chosen.name));
  database->database_.reset(raw);
  database->default_handle_ = handles.front();
  for (std::size_t i = 0; i < chosen_families.size(); ++i) {
    database->handles_[static_cast<std::size_t>(chosen_families[i])] = handles[i + 1];
  }
  database->disk_reserve_bytes_ =
      chosen.disk_reserve_bytes != 0 ? chosen.disk_reserve_bytes : computed_disk_reserve(chosen);
  return database;
}

Database::~Database() {
  if (!database_) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    if (handle != nullptr) database_->DestroyColumnFamilyHandle(handle);
  }
  database_->DestroyColumnFamilyHandle(default_handle_);
  database_->Close();
}

Result<std::optional<std::string>> Database::get(Family family, std::string_view key,
                                                 const rocksdb::Snapshot* snapshot) const {
  rocksdb::PinnableSlice value;
  if (!DMS_TRY(get(family, key, value, snapshot))) return std::nullopt;
  return std::optional<std::string>(std::in_place, value.data(), value.size());
}

Result<bool> Database::get(Family family, std::string_view key, rocksdb::PinnableSlice& value,
                           const rocksdb::Snapshot* snapshot) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const rocksdb::Status status = database_->Get(options, handle(family), slice(key), &value);
  if (status.IsNotFound()) return false;
  if (!status.ok()) {
    return fail(read_error(status, fmt::format("store {}: {}", name(), name_of(family))));
  }
  return true;
}

std::unique_ptr<rocksdb::Iterator> Database::iterate(Family family,
                                                     const rocksdb::ReadOptions& options) const {
  return std::unique_ptr<rocksdb::Iterator>(
      database_->NewIterator(scan_options(family, options), handle(family)));
}

std::shared_ptr<const rocksdb::Snapshot> Database::snapshot() const {
  rocksdb::DB* const database = database_.get();
  return {database->GetSnapshot(),
          [database](const rocksdb::Snapshot* taken) { database->ReleaseSnapshot(taken); }};
}

std::uint64_t Database::latest_state() const {
  return database_->GetLatestSequenceNumber();
}

Result<void> Database::write(rocksdb::WriteBatch& batch, Durability durability) {
  DMS_TRY(writable());
  rocksdb::WriteOptions options;
  options.disableWAL = options_.access == Access::loading;
  options.sync = durability == Durability::synced && !options.disableWAL;
  return written(database_->Write(options, &batch), "write");
}

Result<void> Database::put(Family family, std::string_view key, std::string_view value,
                           Durability durability) {
  rocksdb::WriteBatch batch;
  batch.Put(handle(family), slice(key), slice(value));
  return write(batch, durability);
}

Result<void> Database::sync() {
  DMS_TRY(writable());
  return written(database_->SyncWAL(), "sync");
}

Result<void> Database::ingest(Family family, const std::vector<std::string>& files) {
  DMS_TRY(writable());
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  // Nobody reads ingested keys before a later write names them, so no snapshot needs protection and
  // the files go to the bottom level as they are.
  options.snapshot_consistency = false;
  const WorkerLane::Pause pause;
  return written(database_->IngestExternalFile(handle(family), files, options), "ingest");
}

Result<void> Database::delete_ranges(Family family, const std::vector<KeyRange>& ranges,
                                     Durability durability) {
  rocksdb::WriteBatch batch;
  for (const auto& [first, last] : ranges) {
    batch.DeleteRange(handle(family), slice(first), slice(last));
  }
  return write(batch, durability);
}

Result<void> Database::compact(Family family, const KeyRange& range) {
  const rocksdb::Slice first = slice(range.first);
  const rocksdb::Slice last = slice(range.second);
  return compact(family, &first, &last);
}

Result<void> Database::compact(Family family) {
  if (is_damaged(family)) {
    return fail(operator_error(ErrorCode::corrupt,
                               fmt::format("store {}: {} is damaged", name(), name_of(family))));
  }
  return compact(family, nullptr, nullptr);
}

Result<void> Database::compact(Family family, const rocksdb::Slice* first,
                               const rocksdb::Slice* last) {
  DMS_TRY(writable());
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.exclusive_manual_compaction = false;
  options.allow_write_stall = true;  // see flush()
  const rocksdb::Status status = database_->CompactRange(options, handle(family), first, last);
  if (status.IsCorruption()) {
    return fail(read_error(status, fmt::format("store {}: compact {}", name(), name_of(family))));
  }
  return written(status, "compact");
}

Result<void> Database::flush(rocksdb::FlushOptions options) {
  DMS_TRY(writable());
  // Else it waits for compactions, of which one may never come to its end (rest()).
  options.allow_write_stall = true;
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  return written(database_->Flush(options, all), "flush");
}

Result<void> Database::flush() {
  return flush(rocksdb::FlushOptions());
}

Result<void> Database::begin_flush() {
  rocksdb::FlushOptions options;
  options.wait = false;
  return flush(options);
}

Result<std::uint64_t> Database::wal_bytes() const {
  rocksdb::VectorLogPtr files;
  const rocksdb::Status status = database_->GetSortedWalFiles(files);
  if (!status.ok()) return fail(read_error(status, fmt::format("store {}: WAL", name())));
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += file->SizeFileBytes();
  return bytes;
}

Result<void> Database::check_disk(std::uint64_t bytes) const {
  struct statvfs disk {};
  if (::statvfs(options_.folder.c_str(), &disk) != 0) return {};  // the write itself will tell
  const std::uint64_t free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  if (free_bytes >= disk_reserve_bytes_ + bytes) return {};
  return fail(operator_error(
      ErrorCode::storage_full,
      fmt::format("store {}: {} bytes free, reserve {}", name(), free_bytes, disk_reserve_bytes_)));
}

Result<void> Database::writable() const {
  if (options_.access == Access::read_only) {
    return fail(
        operator_error(ErrorCode::unavailable, fmt::format("store {}: opened read-only", name())));
  }
  if (!failed_.load(std::memory_order_acquire)) return {};
  const MutexLock lock(failure_mutex_);
  return fail(failing_disk(fmt::format("store {}: read-only since: {}", name(), failure_)));
}

void Database::fail_all(std::string_view reason) {
  const MutexLock lock(failure_mutex_);
  if (failed_.load(std::memory_order_relaxed)) return;
  failure_ = reason;
  failed_.store(true, std::memory_order_release);
  log().error("store_read_only", {{"store", name()}, {"reason", failure_}});
}

void Database::note_damage(std::string_view family, const rocksdb::Status& status) {
  const MutexLock lock(failure_mutex_);
  if (!rests_.try_emplace(std::string(family), false).second) return;
  const std::string what = fmt::format("{}: {}", family, status.ToString());
  if (damage_.empty()) damage_ = what;
  must_rest_.store(true, std::memory_order_relaxed);
  log().error("store_damaged", {{"store", name()}, {"reason", what}});
}

std::optional<std::string> Database::damage() const {
  const MutexLock lock(failure_mutex_);
  if (rests_.empty()) return std::nullopt;
  return fmt::format("store {}: {}", name(), damage_);
}

bool Database::is_damaged(Family family) const {
  const MutexLock lock(failure_mutex_);
  return rests_.contains(name_of(family));
}

Result<void> Database::rest() {
  must_rest_.store(false, std::memory_order_relaxed);
  std::vector<std::string> due;
  {
    const MutexLock lock(failure_mutex_);
    for (auto& [family, rests] : rests_) {
      if (!std::exchange(rests, true)) due.push_back(family);
    }
  }
  for (std::size_t i = 0; i < family_count; ++i) {
    if (std::find(due.begin(), due.end(), family_names[i]) == due.end()) continue;
    DMS_TRY(written(database_->SetOptions(handles_[i], {{"disable_auto_compactions", "true"}}),
                    "rest"));
    log().warning("store_compactions_rest",
                  {{"store", name()}, {"family", std::string(family_names[i])}});
  }
  return {};
}

Result<void> Database::written(const rocksdb::Status& status, std::string_view what) {
  if (status.ok()) return {};
  fail_all(fmt::format("{}: {}", what, status.ToString()));
  return writable();
}

rocksdb::Options Database::sst_options(Family family) const {
  return {database_settings(options_), family_settings(family, options_)};
}

}  // namespace dms::storage
