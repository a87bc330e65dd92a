#include "storage/bulk_load.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "storage/content_store.h"
#include "storage/environment.h"
#include "storage/index_states.h"
#include "storage/index_walk.h"
#include "storage/journal.h"
#include "storage/key_codec.h"
#include "storage/reads_chain.h"
#include "storage/schema.h"
#include "storage/slice.h"
#include "storage/tenant_folder.h"

namespace dms::storage {

namespace {

// Small: looking keys up in a larger one costs more than writing more often.
constexpr std::size_t batch_bytes_max = 256U << 10U;

Error failed_on(const std::string& path) {
  return operator_error(ErrorCode::unavailable, path + ": " + std::strerror(errno));
}

Error exists(const std::string& folder) {
  return operator_error(ErrorCode::conflict, folder + ": is there already");
}

Error bad_event(std::uint64_t sequence, std::string_view what) {
  return operator_error(ErrorCode::corrupt, fmt::format("journal entry {}: {}", sequence, what));
}

// Nothing is swept while a store is loaded.
class NoSerialWriter final : public SerialWriter {
 public:
  Result<void> run_serial(std::function<Result<void>(PendingBatch&)> /*work*/) override {
    return fail(operator_error(ErrorCode::internal, "a store that is being loaded"));
  }
};

// The folder a store is made in. It goes with the object unless the store has come to its place.
class LoadingFolder {
 public:
  explicit LoadingFolder(std::string place)
      : place_(std::move(place)), path_(place_ + ".loading") {}
  ~LoadingFolder() {
    folder_.reset();
    if (is_ours_) clear();
  }
  LoadingFolder(const LoadingFolder&) = delete;
  LoadingFolder& operator=(const LoadingFolder&) = delete;

  Result<void> make() {
    struct stat status {};
    if (::lstat(place_.c_str(), &status) == 0) return fail(exists(place_));
    if (::lstat(path_.c_str(), &status) == 0) {
      // Whoever still works there holds its lock.
      DMS_TRY(TenantFolder::open(path_, TenantFolder::Ownership::exclusive));
      clear();
    }
    folder_ = DMS_TRY(TenantFolder::open(path_, TenantFolder::Ownership::exclusive));
    is_ours_ = true;
    return {};
  }
  const TenantFolder& folder() const { return *folder_; }
  const std::string& path() const { return path_; }
  // Lets another opening have it.
  void unlock() { folder_.reset(); }

  Result<void> come_to_its_place() {
    const std::filesystem::path parent = std::filesystem::path(place_).parent_path();
    const int descriptor =
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return fail(failed_on(parent.string()));
    // All of the file system's: what is in the folder's small files, too.
    const bool is_moved =
        ::syncfs(descriptor) == 0 &&
        ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE) == 0 &&
        ::fsync(descriptor) == 0;
    const Error error = failed_on(place_);
    ::close(descriptor);
    if (!is_moved) return fail(error);
    is_ours_ = false;
    return {};
  }

 private:
  void clear() const {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string place_;
  const std::string path_;
  std::unique_ptr<TenantFolder> folder_;
  bool is_ours_ = false;
};

class Load final : public BulkLoad {
 public:
  Load(StorageEnvironment& environment, BulkLoadOptions options)
      : environment_(environment),
        options_(std::move(options.store)),
        id_(options.id ? *options.id : make_uuid_v7(environment.state().clock.now())),
        folder_(options_.folder) {
    for (const TableIndexes& table : options_.tables) tables_.emplace(table.table, &table);
  }
  ~Load() override { close(); }

  Result<void> open();

  Uuid id() const override { return id_; }
  Result<void> put_record(std::string_view table, std::string_view key,
                          std::string_view stored) override;
  Result<void> set_counter(std::string_view name, std::uint64_t value) override;
  Result<std::unique_ptr<ContentWriter>> write_content(KeyDomain domain) override {
    return content_->write(domain);
  }
  Result<void> name_content(const ContentId& content, const Uuid& owner) override {
    DMS_TRY(content_->apply_named(*batch_, content, owner));
    return write_if_large();
  }
  Result<void> adopt_event(const JournalBytes& bytes) override;
  Result<void> adopt_read(std::string_view entry) override;
  Result<void> append_event(const Event& event, Instant time) override {
    DMS_TRY(check_event_kind(event.kind));
    head_ = storage::append_event(*batch_, head_, event, time);
    return write_if_large();
  }
  JournalPosition journal_head() const override { return head_; }
  Result<VerifyReport> finish(Proof proof) override;

 private:
  bool is_behind_all(std::string_view table, const std::string& full_key);
  Result<void> put_entries(const TableIndexes& table, std::string_view key,
                           std::string_view stored);
  Result<void> write_if_large() {
    return batch_->bytes() < batch_bytes_max ? Result<void>() : write();
  }
  Result<void> write();
  void note_built_indexes();
  Result<void> end_history();
  Result<void> settle();
  Result<VerifyReport> prove(Proof proof) const;
  void close() {
    batch_.reset();
    content_.reset();
    database_.reset();
  }

  StorageEnvironment& environment_;
  const StoreOptions options_;
  const Uuid id_;
  LoadingFolder folder_;
  NoSerialWriter no_writer_;
  std::map<std::string, const TableIndexes*, std::less<>> tables_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<ContentStore> content_;
  std::optional<PendingBatch> batch_;
  std::map<std::string, std::string, std::less<>> last_keys_;  // the greatest of each table
  JournalPosition head_;
  ReadsPosition reads_;
};

Result<void> Load::open() {
  DMS_TRY(folder_.make());
  StorageEnvironment::State& shared = environment_.state();
  Database::Options options;
  options.folder = folder_.folder().database_path();
  options.name = options_.name;
  options.access = Database::Access::loading;
  options.disk_reserve_bytes = options_.disk_reserve_bytes;
  options.env = shared.env;
  options.block_cache = shared.block_cache;
  options.write_buffers = shared.write_buffers;
  options.rate_limiter = shared.rate_limiter;
  options.log = &shared.log;
  database_ = DMS_TRY(Database::open(std::move(options)));
  DMS_TRY(begin_schema(*database_, id_));
  content_ =
      DMS_TRY(ContentStore::open(*database_, no_writer_, shared.clock, shared.log, shared.metrics,
                                 {.staging_folder = folder_.folder().staging_path(),
                                  .content_size_max = options_.content_size_max,
                                  .keys = options_.content_keys}));
  batch_.emplace(*database_);
  return {};
}

Result<void> Load::put_record(std::string_view table, std::string_view key,
                              std::string_view stored) {
  const std::string full_key = record_key(table, key);
  if (!is_behind_all(table, full_key) && DMS_TRY(batch_->get(Family::records, full_key))) {
    return fail(operator_error(ErrorCode::conflict, fmt::format("{}: a record twice", table)));
  }
  const auto known = tables_.find(table);
  if (known != tables_.end()) DMS_TRY(put_entries(*known->second, key, stored));
  batch_->put(Family::records, full_key, stored);
  return write_if_large();
}

// True where the key is behind all that came of its table: then it needs no looking up. An export
// comes in this order, and so do most ids that are made one after the other.
bool Load::is_behind_all(std::string_view table, const std::string& full_key) {
  auto last = last_keys_.find(table);
  if (last == last_keys_.end()) last = last_keys_.emplace(std::string(table), std::string()).first;
  if (full_key <= last->second) return false;
  last->second = full_key;
  return true;
}

Result<void> Load::put_entries(const TableIndexes& table, std::string_view key,
                               std::string_view stored) {
  for (const IndexEntry& entry : DMS_TRY(entries_of(table, key, stored))) {
    const auto is_of = [&](const TableIndexes::Declared& index) {
      return index.name == entry.index && index.kind == IndexKind::unique;
    };
    // Only what is unique can be taken: others end with the record's key.
    if (std::any_of(table.indexes.begin(), table.indexes.end(), is_of) &&
        DMS_TRY(batch_->get(Family::indexes, entry.key))) {
      return fail(operator_error(
          ErrorCode::conflict,
          fmt::format("{}: two records have the same {}", table.table, entry.index)));
    }
    batch_->put(Family::indexes, entry.key, key);
  }
  return {};
}

Result<void> Load::set_counter(std::string_view name, std::uint64_t value) {
  const std::string key = counter_key(name);
  const auto before = DMS_TRY(batch_->get(Family::meta, key));
  if (before && read_big_endian_64(*before).value_or(0) > value) {
    return fail(operator_error(ErrorCode::conflict, fmt::format("counter {} would fall", name)));
  }
  std::string bytes;
  append_big_endian(bytes, value);
  batch_->put(Family::meta, key, bytes);
  return write_if_large();
}

Result<void> Load::adopt_event(const JournalBytes& bytes) {
  const std::uint64_t sequence = head_.sequence + 1;
  const std::optional<Envelope> envelope = decode_envelope(bytes.envelope);
  if (!envelope || encode_envelope(*envelope) != bytes.envelope) {
    return fail(bad_event(sequence, "no envelope"));
  }
  if (envelope->sequence != sequence) {
    return fail(bad_event(sequence, fmt::format("{} is in its place", envelope->sequence)));
  }
  if (envelope->previous != head_.hash) {
    return fail(bad_event(sequence, "does not continue the chain"));
  }
  DMS_TRY(check_event_kind(envelope->kind));
  const std::string key = sequence_key(sequence);
  if (bytes.salt) {
    const std::string salted = std::string(*bytes.salt).append(bytes.detail);
    if (bytes.salt->size() != detail_salt_bytes || sha256(salted) != envelope->commitment) {
      return fail(bad_event(sequence, "its detail does not match its commitment"));
    }
    batch_->put(Family::journal_detail, key, salted);
  }
  batch_->put(Family::journal, key, bytes.envelope);
  batch_->put(Family::journal_objects, object_key(envelope->object, sequence), {});
  if (envelope->parent) {
    batch_->put(Family::journal_objects, object_key(*envelope->parent, sequence), {});
  }
  head_ = {sequence, sha256(bytes.envelope)};
  return write_if_large();
}

Result<void> Load::adopt_read(std::string_view entry_bytes) {
  const auto bad = [&](std::string_view what) {
    return fail(operator_error(ErrorCode::corrupt, fmt::format("the read behind {} of day {}: {}",
                                                               reads_.number, reads_.day, what)));
  };
  const std::optional<ReadEntry> entry = decode_read_entry(entry_bytes);
  if (!entry || encode_read_entry(*entry) != entry_bytes) return bad("no entry");
  const bool is_next = entry->day == reads_.day ? entry->number == reads_.number + 1
                                                : entry->day > reads_.day && entry->number == 1;
  // What came before the first may have been dropped; verification holds it against the seals.
  const bool follows = reads_.day == 0 || entry->previous == reads_.hash;
  if (!is_next || !follows) return bad("does not continue the chain");
  batch_->put(Family::reads, read_entry_key(entry->day, entry->number), entry_bytes);
  reads_ = {entry->day, entry->number, sha256(entry_bytes)};
  return write_if_large();
}

Result<void> Load::write() {
  DMS_TRY(database_->check_disk(batch_->bytes()));
  DMS_TRY(database_->write(batch_->batch(), Durability::wal));
  batch_.emplace(*database_);
  return {};
}

// Entries were made by the present declarations.
void Load::note_built_indexes() {
  for (const TableIndexes& table : options_.tables) {
    IndexStates states;
    for (const TableIndexes::Declared& index : table.indexes) {
      if (!index.version.empty()) states.built[index.name] = index.version;
    }
    if (states.built.empty()) continue;
    states.part = IndexWalkPart::done;
    batch_->put(Family::meta, states_key(table.table), encode_json(states));
  }
}

// As a store that was closed in order: everything is in tables, and both small files say so.
Result<void> Load::end_history() {
  const LastGroup last{1, head_};
  note_built_indexes();
  batch_->put(Family::meta, last_group_key, encode_last_group(last));
  DMS_TRY(write());
  DMS_TRY(settle());
  const auto acknowledged = DMS_TRY(AcknowledgedFile::open(folder_.folder().descriptor()));
  DMS_TRY(acknowledged->write({last, reads_}));
  return write_clean_marker(folder_.folder().descriptor(), {last, reads_});
}

// What came in many small tables is put in order now, rather than by the server at work.
Result<void> Load::settle() {
  DMS_TRY(database_->flush());
  for (std::size_t i = 0; i < family_count; ++i) {
    const auto family = static_cast<Family>(i);
    if (!holds_chunks(family)) DMS_TRY(database_->compact(family));
  }
  return {};
}

Result<VerifyReport> Load::finish(Proof proof) {
  if (!batch_) return fail(operator_error(ErrorCode::internal, "bulk load: finished twice"));
  const Result<void> ended = end_history();
  close();
  if (!ended) return fail(ended.error());
  folder_.unlock();
  VerifyReport report = DMS_TRY(prove(proof));
  DMS_TRY(folder_.come_to_its_place());
  return report;
}

Result<VerifyReport> Load::prove(Proof proof) const {
  StoreOptions options = options_;
  options.folder = folder_.path();
  options.access = StoreOptions::Access::read_only;
  // What its source had lost already is no reason to take nothing: verification there, and here
  // later, tells of it.
  for (TableIndexes& table : options.tables) table.contents_of = nullptr;
  const auto store = DMS_TRY(Store::open(environment_, std::move(options)));
  if (store->id() != id_ || store->journal_head() != head_) {
    return fail(operator_error(ErrorCode::corrupt, "what was loaded is not what is read"));
  }
  if (proof == Proof::opened) return VerifyReport();
  VerifyReport report = DMS_TRY(store->verify());
  if (report.problems.empty()) return report;
  return fail(operator_error(
      ErrorCode::corrupt,
      fmt::format("{} problems; the first: {}", report.problems.size(), report.problems.front())));
}

}  // namespace

Result<std::unique_ptr<BulkLoad>> BulkLoad::begin(StorageEnvironment& environment,
                                                  BulkLoadOptions options) {
  auto load = std::make_unique<Load>(environment, std::move(options));
  DMS_TRY(load->open());
  return std::unique_ptr<BulkLoad>(std::move(load));
}

}  // namespace dms::storage
