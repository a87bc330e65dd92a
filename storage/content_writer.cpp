// Receives content: a buffer of one chunk, and from the second chunk on an SST file for each run.

#include <fmt/format.h>
#include <rocksdb/sst_file_writer.h>
#include <unistd.h>

#include <algorithm>

#include "dms/base/random.h"
#include "dms/base/worker_lanes.h"
#include "storage/content_core.h"
#include "storage/slice.h"

namespace dms::storage {
namespace {

// Dirty pages are handed to the disk in pieces, so that the fsync at a run's end, and with it the
// commits that wait for the same disk, does not meet 256 MiB at once.
constexpr std::uint64_t writeback_bytes = 8ULL << 20U;

// What waits in memory for its commit, and makes that commit's group longer: letters, not scans.
constexpr std::uint64_t kept_bytes_max = 64ULL << 10U;

// One SST file in the staging folder, removed unless it was ingested (which moves it). Memory: the
// table builder's block, as large as one chunk, and the file's write buffer, at most a chunk.
class RunFile {
 public:
  RunFile(const Database& database, std::string path)
      : path_(std::move(path)),
        writer_(environment_options(), database.sst_options(Family::content_large), nullptr,
                /*invalidate_page_cache=*/false) {}
  ~RunFile() { ::unlink(path_.c_str()); }
  RunFile(const RunFile&) = delete;
  RunFile& operator=(const RunFile&) = delete;

  Result<void> open() { return to_result(writer_.Open(path_), "open"); }
  Result<void> put(std::uint64_t number, std::string_view chunk) {
    return to_result(writer_.Put(chunk_key(number), slice(chunk)), "write");
  }
  // Completes and fsyncs the file.
  Result<void> finish() {
    const WorkerLane::Pause pause;
    return to_result(writer_.Finish(), "finish");
  }
  const std::string& path() const { return path_; }

 private:
  static rocksdb::EnvOptions environment_options() {
    rocksdb::EnvOptions options;
    options.bytes_per_sync = writeback_bytes;
    return options;
  }

  // The database itself is not touched by a failure here: the upload fails, nothing else.
  static Result<void> to_result(const rocksdb::Status& status, std::string_view what) {
    if (status.ok()) return {};
    std::string hint = fmt::format("content run: {}: {}", what, status.ToString());
    if (!status.IsNoSpace()) return fail(failing_disk(std::move(hint)));
    return fail(operator_error(ErrorCode::storage_full, std::move(hint)));
  }

  std::string path_;
  rocksdb::SstFileWriter writer_;
};

class Writer final : public ContentWriter {
 public:
  Writer(ContentCore& core, KeyDomain domain, ContentPurpose purpose,
         std::optional<ContentSealingKey> key)
      : core_(core), domain_(domain), purpose_(purpose), seal_(make_seal(domain, std::move(key))) {}
  ~Writer() override { discard(); }
  Result<void> append(std::string_view bytes) override;
  Result<StagedContent> finish() override { return finish(Written::now); }
  Result<StagedContent> finish_for_commit() override { return finish(Written::by_commit); }

 private:
  enum class Written : std::uint8_t { now, by_commit };
  enum class Phase : std::uint8_t { receiving, completing, finished, discarded };

  Result<void> accept(std::string_view bytes);
  Result<StagedContent> finish(Written written);
  Result<StagedContent> complete(Written written);
  void buffer(std::string_view bytes);
  // What the chunks of this content are sealed with; its salt is its own for ever.
  struct Seal {
    std::uint32_t key_id = 0;
    std::string salt;
    SegmentCipher cipher;
  };
  static std::optional<Seal> make_seal(KeyDomain domain, std::optional<ContentSealingKey> key);
  std::uint64_t stored_bytes() const;
  std::string_view sealed_chunk();
  Result<void> flush_chunk();
  Result<void> open_run();
  Result<void> close_run();
  Result<void> begin_intent(std::uint64_t number);
  std::string intent_bytes(std::optional<Sha256Digest> sha256) const;
  Result<StagedContent> publish(const ContentKey& content, Written written);
  Manifest make_manifest(const ContentKey& content) const;
  Result<KeptContent> keep(const ContentKey& content);
  Result<bool> is_replaced(const ContentKey& content, const Manifest& existing) const;
  Result<void> write_manifest(const ContentKey& content, const std::optional<Manifest>& replaced);
  void discard();
  Error remember(Error error);

  ContentCore& core_;
  const KeyDomain domain_;
  const ContentPurpose purpose_;
  const std::optional<Seal> seal_;  // nullopt: in the clear
  Phase phase_ = Phase::receiving;
  std::optional<Error> failure_;  // the first one; every later call returns it
  Sha256 hash_;
  std::uint64_t size_ = 0;             // bytes received
  std::string chunk_;                  // not yet written; at most chunk_bytes
  std::string sealed_;                 // the chunk as it is written, where it is sealed
  std::uint32_t sealed_chunks_ = 0;    // so far
  std::uint64_t intent_ = 0;           // 0: none yet
  std::optional<UploadLease> upload_;  // keeps the intent from the sweeper
  std::vector<ChunkRun> reserved_;     // as in the intent
  std::vector<ChunkRun> written_;      // what the manifest will name
  std::unique_ptr<RunFile> file_;      // the run being written
  ChunkRun run_;                       // what is left of its numbers
};

Result<void> Writer::append(std::string_view bytes) {
  if (failure_) return fail(*failure_);
  if (phase_ != Phase::receiving) {
    return fail(operator_error(ErrorCode::internal, "content writer: append after finish"));
  }
  Result<void> accepted = accept(bytes);
  if (!accepted) return fail(remember(std::move(accepted).error()));
  return accepted;
}

Result<StagedContent> Writer::finish(Written written) {
  if (failure_) return fail(*failure_);
  if (phase_ != Phase::receiving) {
    return fail(operator_error(ErrorCode::internal, "content writer: finished twice"));
  }
  Result<StagedContent> staged = complete(written);
  if (!staged) return fail(remember(std::move(staged).error()));
  std::string().swap(chunk_);  // the writer may live on for a while
  std::string().swap(sealed_);
  upload_.reset();  // from here on the manifest's lease protects it
  return staged;
}

// Nothing can be added to a failed upload, so its space is given back at once.
Error Writer::remember(Error error) {
  failure_ = std::move(error);
  discard();
  return *failure_;
}

Result<void> Writer::accept(std::string_view bytes) {
  if (bytes.size() > core_.options.content_size_max - size_) {
    return fail(ErrorCode::too_large, "Die Datei ist größer als erlaubt.",
                "The file is larger than permitted.");
  }
  size_ += bytes.size();
  hash_.update(bytes);
  while (!bytes.empty()) {
    // Only when more follows: content of exactly one chunk is still a small one.
    if (chunk_.size() == chunk_bytes) DMS_TRY(flush_chunk());
    const std::size_t length = std::min<std::size_t>(bytes.size(), chunk_bytes - chunk_.size());
    buffer(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return {};
}

// Grows by doubling for small files, but never beyond a chunk.
void Writer::buffer(std::string_view bytes) {
  const std::size_t needed = chunk_.size() + bytes.size();
  if (needed > chunk_.capacity()) {
    chunk_.reserve(std::clamp<std::size_t>(2 * chunk_.capacity(), needed, chunk_bytes));
  }
  chunk_.append(bytes);
}

std::optional<Writer::Seal> Writer::make_seal(KeyDomain domain,
                                              std::optional<ContentSealingKey> key) {
  if (!key) return std::nullopt;
  std::string salt = random_bytes(SegmentCipher::salt_bytes);
  const SegmentCipher cipher = make_sealing_cipher(key->key, domain, salt);
  return Seal{key->id, std::move(salt), cipher};
}

// The chunk as it is to be stored. Full ones before the last are sealed while more follows.
std::string_view Writer::sealed_chunk() {
  if (!seal_) return chunk_;
  const bool is_last = phase_ == Phase::completing;
  sealed_.clear();
  seal_->cipher.seal({sealed_chunks_++, is_last}, chunk_, sealed_);
  return sealed_;
}

// What the chunks that were written take.
std::uint64_t Writer::stored_bytes() const {
  const std::uint64_t chunks = chunks_in(written_);
  const std::uint64_t plain = std::min(size_, chunk_bytes * chunks);
  return seal_ ? plain + seal_tag_bytes * chunks : plain;
}

Result<void> Writer::flush_chunk() {
  DMS_TRY(core_.database.check_disk(chunk_bytes));
  if (!file_) DMS_TRY(open_run());
  DMS_TRY(file_->put(run_.first, sealed_chunk()));
  append_chunk(written_, run_.first);
  chunk_.clear();
  ++run_.first;
  --run_.count;
  if (run_.count == 0) DMS_TRY(close_run());
  return {};
}

Result<void> Writer::open_run() {
  run_ = DMS_TRY(core_.numbers.reserve(core_.options.run_chunks));
  if (intent_ == 0) DMS_TRY(begin_intent(run_.first));
  append_run(reserved_, run_);
  // Durable, for the ingested file will be at once: a power cut must not leave chunks that no
  // intent tells of.
  DMS_TRY(core_.database.put(Family::content_meta, intent_key(intent_), intent_bytes(std::nullopt),
                             Durability::synced));
  file_ = std::make_unique<RunFile>(
      core_.database, fmt::format("{}/{}.sst", core_.options.staging_folder, run_.first));
  return file_->open();
}

Result<void> Writer::close_run() {
  DMS_TRY(file_->finish());
  DMS_TRY(core_.database.ingest(Family::content_large, {file_->path()}));
  file_.reset();
  return {};
}

Result<void> Writer::begin_intent(std::uint64_t number) {
  intent_ = number;
  upload_.emplace(core_.leases->begin_upload(number));
  return {};
}

std::string Writer::intent_bytes(std::optional<Sha256Digest> sha256) const {
  return encode_intent({.time = core_.clock.now(),
                        .domain = domain_,
                        .sha256 = sha256,
                        .placement = size_ > chunk_bytes ? Placement::large : Placement::small,
                        .runs = reserved_});
}

Result<StagedContent> Writer::complete(Written written) {
  phase_ = Phase::completing;
  if (size_ > chunk_bytes) {
    DMS_TRY(flush_chunk());
    if (file_) DMS_TRY(close_run());
  } else {
    DMS_TRY(core_.database.check_disk(chunk_.size()));
  }
  return publish({.domain = domain_, .sha256 = hash_.finish()}, written);
}

// Uses the manifest that stands for these bytes already, or writes one. Who keeps equal content
// back at the same moment does so in vain: of two commits the second finds the first one's
// manifest.
Result<StagedContent> Writer::publish(const ContentKey& content, Written written) {
  ContentLease lease = core_.leases->acquire(content);
  std::optional<KeptContent> kept;
  const MutexLock lock(core_.publishing_of(content));
  const auto existing = DMS_TRY(find_manifest(core_.database, content));
  if (!existing && written == Written::by_commit && size_ <= kept_bytes_max) {
    kept = DMS_TRY(keep(content));
    phase_ = Phase::finished;
    core_.metrics.written_bytes.add(size_);
  } else if (!existing || DMS_TRY(is_replaced(content, *existing))) {
    DMS_TRY(write_manifest(content, existing));
    phase_ = Phase::finished;  // the chunks are the manifest's now
    core_.metrics.written_bytes.add(size_);
  } else if (existing->size != size_) {
    return fail(operator_error(ErrorCode::corrupt, "content manifest " + content.sha256.hex() +
                                                       ": another size than its digest's"));
  } else {
    discard();
    core_.metrics.deduplicated_bytes.add(size_);
  }
  return StagedContent(std::make_shared<StagedContent::State>(
      StagedContent::State{.id = {.domain = domain_, .sha256 = content.sha256, .size = size_},
                           .lease = std::move(lease),
                           .kept = std::move(kept)}));
}

// Its number is nobody else's, and lost where no commit comes: of those there are enough.
Result<KeptContent> Writer::keep(const ContentKey& content) {
  const ChunkRun run = DMS_TRY(core_.numbers.reserve(1));
  intent_ = run.first;  // named by the manifest, though never written
  KeptContent kept{.number = run.first, .chunk = {}, .manifest = {}};
  if (size_ > 0) {
    written_ = {run};
    kept.chunk = sealed_chunk();
  }
  kept.manifest = encode_manifest(make_manifest(content));
  return kept;
}

// Content whose key was lost must not stand for the same bytes that are here once more.
Result<bool> Writer::is_replaced(const ContentKey& content, const Manifest& existing) const {
  if (purpose_ == ContentPurpose::repair && existing.size == size_) return true;
  return DMS_TRY(find_cipher(core_, content, existing)).state != ContentKeyState::present;
}

// One batch, unsynced: the fsync of the commit that names the content covers everything before it
// in the WAL, and before that commit nobody was promised anything. One that takes the place of
// another's, which is named already, is synced; the old chunks become an erasure.
Result<void> Writer::write_manifest(const ContentKey& content,
                                    const std::optional<Manifest>& replaced) {
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const meta = core_.database.handle(Family::content_meta);
  if (replaced && !replaced->runs.empty()) {
    batch.Delete(meta, intent_key(replaced->intent));
    batch.Put(meta, erasure_key(replaced->intent),
              encode_erasure({.bytes = stored_size(*replaced),
                              .placement = replaced->placement,
                              .runs = replaced->runs}));
  }
  const bool small = size_ <= chunk_bytes;
  if (small) {
    const ChunkRun run = DMS_TRY(core_.numbers.reserve(1));
    DMS_TRY(begin_intent(run.first));
    if (size_ > 0) {
      reserved_ = written_ = {run};
      batch.Put(core_.database.handle(Family::content), chunk_key(run.first),
                slice(sealed_chunk()));
    }
  }
  batch.Put(meta, intent_key(intent_), intent_bytes(content.sha256));
  batch.Put(meta, manifest_key(content), encode_manifest(make_manifest(content)));
  return core_.database.write(batch, replaced ? Durability::synced : Durability::wal);
}

// Once its chunks are written, or numbered.
Manifest Writer::make_manifest(const ContentKey& content) const {
  const bool is_sealed = seal_ && size_ > 0;
  return {.size = size_,
          .sha256 = content.sha256,
          .key_id = is_sealed ? seal_->key_id : 0,
          .salt = is_sealed ? seal_->salt : std::string(),
          .placement = size_ <= chunk_bytes ? Placement::small : Placement::large,
          .intent = intent_,
          .runs = written_};
}

// Gives back what was stored and no manifest names. Where that fails the intent stays, and the
// sweeper does it after a day.
void Writer::discard() {
  if (phase_ == Phase::finished || phase_ == Phase::discarded) return;
  phase_ = Phase::discarded;
  file_.reset();
  std::string().swap(chunk_);
  std::string().swap(sealed_);
  if (intent_ != 0 && !reserved_.empty() && size_ > chunk_bytes) {
    rocksdb::WriteBatch batch;
    rocksdb::ColumnFamilyHandle* const meta = core_.database.handle(Family::content_meta);
    batch.Delete(meta, intent_key(intent_));
    batch.Put(meta, erasure_key(intent_),
              encode_erasure(
                  {.bytes = stored_bytes(), .placement = Placement::large, .runs = reserved_}));
    static_cast<void>(core_.database.write(batch, Durability::wal));
  }
  upload_.reset();
}

}  // namespace

Result<std::unique_ptr<ContentWriter>> make_content_writer(ContentCore& core, KeyDomain domain,
                                                           ContentPurpose purpose) {
  std::optional<ContentSealingKey> key;
  if (core.options.keys != nullptr) key = DMS_TRY(core.options.keys->sealing_key(domain));
  return std::make_unique<Writer>(core, domain, purpose, std::move(key));
}

}  // namespace dms::storage
