#include "storage/store.h"

#include <fmt/format.h>

#include "storage/backup_store.h"
#include "storage/committer.h"
#include "storage/database_backup.h"
#include "storage/environment.h"
#include "storage/erased.h"
#include "storage/idle_wal.h"
#include "storage/index_builder.h"
#include "storage/index_check.h"
#include "storage/journal_objects.h"
#include "storage/recording_view.h"
#include "storage/recovery.h"
#include "storage/reference_check.h"
#include "storage/reference_repair.h"
#include "storage/schema.h"
#include "storage/snapshot_image.h"
#include "storage/tenant_folder.h"
#include "storage/verify.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

class TenantStore final : public Store {
 public:
  TenantStore(StorageEnvironment::State& environment, StoreOptions options)
      : environment_(environment), options_(std::move(options)) {}
  ~TenantStore() override { close(); }

  Result<void> open();
  // The same of a generation of a backup, for reading.
  Result<void> open(BackedUpDatabase backed_up);

  Uuid id() const override { return id_; }
  Result<Committed> commit(const Decide& decide) override { return committer_->commit(decide); }
  JournalPosition journal_head() const override { return committer_->last().head; }
  std::uint64_t state_number() const override { return committer_->group_number(); }
  Result<std::vector<JournalEntry>> read_journal(std::uint64_t after,
                                                 std::size_t limit) const override {
    return read_journal_entries(*database_, after, journal_head().sequence, limit);
  }
  Result<std::vector<JournalEntry>> read_journal_of(const Uuid& object, std::uint64_t before,
                                                    std::size_t limit) const override {
    return read_journal_entries_of(*database_, object, before, limit);
  }
  Result<std::optional<Sha256Digest>> journal_hash(std::uint64_t sequence) const override {
    const JournalPosition head = journal_head();
    if (sequence == head.sequence) return std::optional<Sha256Digest>(head.hash);
    if (sequence > head.sequence) return std::optional<Sha256Digest>();
    return read_journal_hash(*database_, sequence);
  }
  std::uint64_t add_commit_listener(CommitListener listener) override {
    return committer_->add_listener(std::move(listener));
  }
  void remove_commit_listener(std::uint64_t id) override { committer_->remove_listener(id); }
  Result<void> append_read(const ReadEvent& event) override;
  Result<std::vector<RecordedRead>> read_reads(ReadPlace before, std::size_t limit) const override {
    return storage::read_reads(*database_, before, std::min(limit, journal_read_max));
  }
  Result<std::unique_ptr<ContentWriter>> write_content(KeyDomain domain) override {
    return content_->write(domain);
  }
  Result<std::shared_ptr<ContentReader>> read_content(const ContentId& content) const override {
    return content_->read(content);
  }
  Result<std::vector<Uuid>> content_owners(const ContentId& content,
                                           std::size_t limit) const override {
    return content_->owners(content, limit);
  }
  Result<bool> repair_content(const ContentReader& source) override {
    return content_->repair(source);
  }
  Result<std::uint64_t> sweep_content() override {
    const std::uint64_t freed = DMS_TRY(content_->sweep());
    DMS_TRY(compact_erased(*database_));
    return freed;
  }
  Result<ContentState> content_state(const ContentId& content) const override {
    return content_->state(content);
  }
  std::uint64_t erasure_mark() const override { return database_->latest_state(); }
  Result<bool> purge_erased(std::uint64_t mark) override { return purge_->run(mark); }
  Result<VerifyReport> verify(const VerifyControl& control) const override;
  Result<VerifyReport> verify_records(const VerifyControl& control) const override;
  Result<ScrubReport> scrub(std::uint64_t bytes_max, const VerifyControl& control) override {
    return content_->scrub(bytes_max, control);
  }
  Result<std::optional<ScrubState>> scrub_state() const override { return content_->scrub_state(); }
  Result<IndexRebuild> rebuild_index_entries(std::string_view table) override;
  Result<std::map<std::string, IndexRebuild>> rebuild_derived() override;
  Result<BackupGeneration> back_up(const BackupOptions& options) override;
  std::unique_ptr<StoreImage> image() const { return make_image(*database_, id_); }
  Result<void> writable() const override;
  Result<void> try_disk() const override;
  std::optional<std::string> damage() const override { return database_->damage(); }

 protected:
  Result<void> with_snapshot(const std::function<Result<void>(const View&)>& read) const override {
    const SnapshotState state(*database_);
    return read(RecordingView(state, nullptr));
  }

 private:
  bool read_only() const { return options_.access == StoreOptions::Access::read_only; }
  const Database* written() const { return read_only() ? nullptr : database_.get(); }
  Database::Options database_options() const;
  Result<void> open_database();
  Result<void> begin_writing(const LastGroup& last);
  Result<IndexRebuild> rebuild_journal_objects();
  Result<void> walk_records(Walk& walk, VerifyReport& report) const;
  // On the ticker: reads wait for fsync at most this long.
  void tick();
  void seal_past_reads();
  void drop_old_reads();
  void remove_dropped_reads();
  // On the committer's thread.
  Result<void> shorten_wal();
  void close();

  StorageEnvironment::State& environment_;
  const StoreOptions options_;
  Uuid id_;
  std::unique_ptr<TenantFolder> folder_;       // nullptr: of a backup
  std::optional<BackedUpDatabase> backed_up_;  // that backup; outlives the database
  std::unique_ptr<Database> database_;
  std::unique_ptr<AcknowledgedFile> acknowledged_;
  std::unique_ptr<ReadsChain> reads_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<ContentStore> content_;
  std::unique_ptr<ErasedPurge> purge_;
  std::unique_ptr<IndexBuilder> indexes_;
  std::optional<IdleWal> idle_wal_;  // of the ticker's thread
  std::uint64_t ticker_id_ = 0;
};

Database::Options TenantStore::database_options() const {
  Database::Options options;
  options.folder = backed_up_ ? backed_up_->folder : folder_->database_path();
  options.name = options_.name;
  options.access = read_only() ? Database::Access::read_only : Database::Access::read_write;
  options.disk_reserve_bytes = options_.disk_reserve_bytes;
  options.env = backed_up_ ? backed_up_->env.get() : environment_.env;
  options.block_cache = environment_.block_cache;
  options.write_buffers = environment_.write_buffers;
  options.rate_limiter = environment_.rate_limiter;
  options.log = &environment_.log;
  return options;
}

Result<void> TenantStore::open() {
  folder_ = DMS_TRY(TenantFolder::open(options_.folder, read_only()
                                                            ? TenantFolder::Ownership::shared
                                                            : TenantFolder::Ownership::exclusive));
  DMS_TRY(check_history(folder_->descriptor(), database_options()));
  return open_database();
}

// What was proven when it was made needs no recovery: it was written out before it was copied.
Result<void> TenantStore::open(BackedUpDatabase backed_up) {
  backed_up_ = std::move(backed_up);
  DMS_TRY(open_database());
  return prove_restored(*this, backed_up_->generation);
}

Result<void> TenantStore::open_database() {
  database_ = DMS_TRY(Database::open(database_options()));
  id_ = DMS_TRY(prepare_schema(*database_, environment_.clock, migrations(), schema_version));
  const LastGroup last = DMS_TRY(read_last_group(*database_));
  reads_ = std::make_unique<ReadsChain>(*database_, environment_.clock, id_);
  DMS_TRY(reads_->load());
  if (!read_only()) DMS_TRY(begin_writing(last));
  committer_ =
      std::make_unique<Committer>(*database_, environment_, *reads_, acknowledged_.get(), last);
  content_ = DMS_TRY(ContentStore::open(
      *database_, *committer_, environment_.clock, environment_.log, environment_.metrics,
      {.staging_folder = folder_ ? folder_->staging_path() : std::string(),
       .content_size_max = options_.content_size_max,
       .keys = options_.content_keys}));
  committer_->set_content(*content_);
  purge_ = std::make_unique<ErasedPurge>(*database_);
  if (!read_only()) {
    indexes_ = std::make_unique<IndexBuilder>(*database_, *committer_, options_.tables);
    DMS_TRY(indexes_->begin());
    seal_past_reads();
    idle_wal_.emplace(environment_.clock);
    ticker_id_ = environment_.ticker.add([this] { tick(); });
  }
  environment_.log.info("store_opened", {{"store", options_.name},
                                         {"journal", last.head.sequence},
                                         {"schema", std::uint64_t{schema_version}}});
  return {};
}

// What recovery found is on disk now: RocksDB writes replayed memtables to tables when it opens.
Result<void> TenantStore::begin_writing(const LastGroup& last) {
  acknowledged_ = DMS_TRY(AcknowledgedFile::open(folder_->descriptor()));
  DMS_TRY(acknowledged_->write({last, reads_->head()}));
  return remove_clean_marker(folder_->descriptor());
}

Result<void> TenantStore::append_read(const ReadEvent& event) {
  seal_past_reads();
  return reads_->append(event);
}

void TenantStore::tick() {
  seal_past_reads();
  drop_old_reads();
  if (reads_->sync_due()) committer_->post_sync();
  indexes_->look();
  if (database_->must_rest()) {
    committer_->post_serial([this](PendingBatch&) { return database_->rest(); });
  }
  if (idle_wal_->look_is_due(committer_->last().number, database_->latest_state())) {
    committer_->post_serial([this](PendingBatch&) { return shorten_wal(); });
  }
}

Result<void> TenantStore::shorten_wal() {
  if (DMS_TRY(database_->wal_bytes()) <= environment_.idle_wal_bytes_max) return {};
  return database_->begin_flush();
}

void TenantStore::seal_past_reads() {
  if (!reads_->close_past_segments()) return;
  committer_->post([this](const View& view) { return reads_->seal(view); });
}

void TenantStore::drop_old_reads() {
  if (!reads_->drop_is_due(options_.reads_kept_days)) return;
  committer_->post(
      [this](const View& view) { return reads_->drop(view, options_.reads_kept_days); });
  // Posted by what may be of the drop's own group, so that it runs in a later one.
  committer_->post_serial([this](PendingBatch&) -> Result<void> {
    remove_dropped_reads();
    return {};
  });
}

void TenantStore::remove_dropped_reads() {
  committer_->post_serial([this](PendingBatch&) -> Result<void> {
    if (DMS_TRY(reads_->remove_dropped())) remove_dropped_reads();
    return {};
  });
}

Result<VerifyReport> TenantStore::verify(const VerifyControl& control) const {
  VerifyReport report;
  Walk walk(control, report, written());
  DMS_TRY(walk_records(walk, report));
  DMS_TRY(check_references(*database_, options_.tables, walk, report));
  DMS_TRY(content_->verify(walk, report));
  return report;
}

Result<void> TenantStore::walk_records(Walk& walk, VerifyReport& report) const {
  DMS_TRY(verify_database(*database_, walk, report));
  return check_indexes(*database_, options_.tables, walk, report);
}

Result<VerifyReport> TenantStore::verify_records(const VerifyControl& control) const {
  VerifyReport report;
  Walk walk(control, report, written());
  DMS_TRY(walk_records(walk, report));
  return report;
}

Result<IndexRebuild> TenantStore::rebuild_index_entries(std::string_view table) {
  for (const TableIndexes& declared : options_.tables) {
    if (declared.table != table) continue;
    IndexWalk walk = IndexWalk::over_all(declared);
    while (walk.part != IndexWalkPart::done) {
      DMS_TRY(committer_->run_serial(
          [&](PendingBatch& batch) { return walk_on(batch, declared, walk); }));
    }
    return walk.outcome;
  }
  return fail(operator_error(ErrorCode::internal, fmt::format("no such table: {}", table)));
}

Result<std::map<std::string, IndexRebuild>> TenantStore::rebuild_derived() {
  std::map<std::string, IndexRebuild> outcomes;
  for (const TableIndexes& table : options_.tables) {
    outcomes[table.table] = DMS_TRY(rebuild_index_entries(table.table));
  }
  outcomes["journal"] = DMS_TRY(rebuild_journal_objects());
  outcomes["references"] =
      DMS_TRY(add_missing_references(*database_, *committer_, options_.tables));
  return outcomes;
}

Result<IndexRebuild> TenantStore::rebuild_journal_objects() {
  JournalObjectsWalk walk;
  while (!walk.is_done) {
    DMS_TRY(committer_->run_serial([&](PendingBatch& batch) { return walk_on(batch, walk); }));
  }
  return walk.outcome;
}

Result<void> TenantStore::writable() const {
  DMS_TRY(database_->writable());
  return database_->check_disk(0);
}

Result<void> TenantStore::try_disk() const {
  DMS_TRY(database_->check_disk(0));
  return folder_->try_write();
}

Result<BackupGeneration> TenantStore::back_up(const BackupOptions& options) {
  BackupGeneration said;
  said.time = environment_.clock.now();
  said.store = id_;
  const JournalPosition head = journal_head();
  said.journal_sequence = head.sequence;
  said.journal_hash = head.hash;
  return storage::back_up(*database_, options, said, [this](const BackupGeneration& newest) {
    Result<void> proven = prove_restored(*this, newest);
    if (proven) return proven;
    return Result<void>(
        fail(operator_error(ErrorCode::conflict,
                            "the folder holds backups of another history of this store, or of "
                            "another: move them away, or choose another folder")));
  });
}

void TenantStore::close() {
  if (ticker_id_ != 0) environment_.ticker.remove(ticker_id_);
  if (!committer_) return;
  committer_->stop();
  if (read_only() || !database_->writable()) return;
  // Everything into tables: the next opening finds no WAL to doubt.
  const Acknowledged closed{committer_->last(), reads_->head()};
  const Result<void> flushed = database_->flush();
  const Result<void> marked = flushed ? write_clean_marker(folder_->descriptor(), closed) : flushed;
  if (!marked) {
    environment_.log.warning("store_closed_unclean",
                             {{"store", options_.name}, {"reason", marked.error().hint}});
  }
}

}  // namespace

// There is no other kind of Store.
std::unique_ptr<StoreImage> image_of(const Store& store) {
  return static_cast<const TenantStore&>(store).image();
}

Result<std::unique_ptr<Store>> Store::open(StorageEnvironment& environment, StoreOptions options) {
  auto store = std::make_unique<TenantStore>(environment.state(), std::move(options));
  DMS_TRY(store->open());
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<Store>> open_backup(StorageEnvironment& environment,
                                           const BackupPlace& place, std::uint32_t number,
                                           StoreOptions options) {
  options.access = StoreOptions::Access::read_only;
  BackedUpDatabase backed_up = DMS_TRY(find_backed_up(place, number));
  auto store = std::make_unique<TenantStore>(environment.state(), std::move(options));
  DMS_TRY(store->open(std::move(backed_up)));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace dms::storage
