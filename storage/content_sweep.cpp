// Takes away content that nobody names, in two steps. First, in the committer's order: what has no
// ref, no lease and no young intent loses its manifest, and an erasure names its chunks; from then
// on it is gone. Second, beside everything else: the erasures' chunks leave the disk, and only what
// is seen to have left it is counted as freed. A kill anywhere leaves records from which the next
// sweep goes on. Chunk keys are never scanned.

#include <rocksdb/convenience.h>

#include <algorithm>
#include <span>
#include <variant>

#include "storage/content_core.h"

namespace dms::storage {
namespace {

// Records judged in one go on the committer's thread, where commits wait for the end of it.
constexpr std::size_t judged_at_once = 128;

// Records taken up by one sweep; the next goes on with what is left.
constexpr std::size_t swept_at_once = 100'000;

// Erased small chunks with no more numbers than this between them are compacted together: they
// mostly share a file, and one compaction of it does for all.
constexpr std::uint64_t compacted_gap_max = 1024;

using Case = std::variant<std::uint64_t, ContentKey>;  // an intent's number, or a lost content

bool has_tag(const rocksdb::Iterator& position, char tag) {
  return position.Valid() && !position.key().empty() && position.key()[0] == tag;
}

template <class Visit>
Result<void> for_each_tagged(const Database& database, char tag, Visit visit) {
  const auto position = database.iterate(Family::content_meta);
  for (position->Seek(rocksdb::Slice(&tag, 1)); has_tag(*position, tag); position->Next()) {
    visit(position->key().ToStringView(), position->value().ToStringView());
  }
  if (!position->status().ok()) return fail(read_error(position->status(), "content sweep"));
  return {};
}

// Judges cases on the committer's thread. What it cannot read it leaves alone and logs: one
// damaged record must not keep all others from being swept.
class Judge {
 public:
  Judge(ContentCore& core, PendingBatch& batch)
      : core_(core), batch_(batch), now_(core.clock.now()) {}

  Result<void> judge(const Case& open_case) {
    Result<void> judged =
        std::visit([this](const auto& each) { return judge_one(each); }, open_case);
    if (judged || judged.error().code != ErrorCode::corrupt) return judged;
    core_.log.error("content_sweep_skipped", {{"hint", judged.error().hint}});
    return {};
  }

 private:
  Result<void> judge_one(std::uint64_t number) {
    const auto intent = DMS_TRY(find_intent(number));
    if (!intent || protects(number, *intent)) return {};
    if (intent->sha256) {
      const ContentKey content{.domain = intent->domain, .sha256 = *intent->sha256};
      const auto manifest = DMS_TRY(find_manifest(batch_, content));
      if (manifest && manifest->intent == number) return judge_content(content, *manifest);
    }
    batch_.erase(Family::content_meta, intent_key(number));
    erase_runs(number, stored_bytes(*intent), intent->placement, intent->runs);
    return {};
  }

  Result<void> judge_one(const ContentKey& content) {
    const auto manifest = DMS_TRY(find_manifest(batch_, content));
    if (!manifest) {
      batch_.erase(Family::content_meta, loss_key(content));
      return {};
    }
    const auto intent = DMS_TRY(find_intent(manifest->intent));
    if (intent && protects(manifest->intent, *intent)) return {};
    return judge_content(content, *manifest);
  }

  // A content whose intent, if it still has one, is old.
  Result<void> judge_content(const ContentKey& content, const Manifest& manifest) {
    const bool named = DMS_TRY(is_named(content));
    if (!named && !core_.leases->condemn(content)) return {};  // in use: next time
    batch_.erase(Family::content_meta, intent_key(manifest.intent));
    batch_.erase(Family::content_meta, loss_key(content));
    if (named) return {};
    batch_.erase(Family::content_meta, manifest_key(content));
    erase_runs(manifest.intent, stored_size(manifest), manifest.placement, manifest.runs);
    return {};
  }

  void erase_runs(std::uint64_t number, std::uint64_t bytes, Placement placement,
                  const std::vector<ChunkRun>& runs) {
    if (runs.empty()) return;
    batch_.put(Family::content_meta, erasure_key(number),
               encode_erasure({.bytes = bytes, .placement = placement, .runs = runs}));
  }

  Result<std::optional<ContentIntent>> find_intent(std::uint64_t number) const {
    const auto bytes = DMS_TRY(batch_.get(Family::content_meta, intent_key(number)));
    if (!bytes) return std::nullopt;
    return parse_intent(*bytes);
  }

  bool protects(std::uint64_t number, const ContentIntent& intent) const {
    return now_ - intent.time < intent_age_max || core_.leases->is_uploading(number);
  }

  Result<bool> is_named(const ContentKey& content) const {
    const std::string prefix = ref_prefix(content);
    const auto position = batch_.iterate(Family::content_meta);
    position->Seek(prefix);
    if (position->Valid()) return position->key().starts_with(prefix);
    if (!position->status().ok()) return fail(read_error(position->status(), "content refs"));
    return false;
  }

  // What an upload that never finished has on the disk, by the tables' own account.
  std::uint64_t stored_bytes(const ContentIntent& intent) const {
    std::uint64_t total = 0;
    for (const ChunkRun& run : intent.runs) {
      const std::string first = chunk_key(run.first);
      const std::string last = chunk_key(run.first + run.count);
      const rocksdb::Range range(first, last);
      std::uint64_t bytes = 0;
      core_.database.raw().GetApproximateSizes(
          core_.database.handle(chunk_family(intent.placement)), &range, 1, &bytes);
      total += bytes;
    }
    return total;
  }

  ContentCore& core_;
  PendingBatch& batch_;
  const Instant now_;
};

// The intents that are old, and all losses.
Result<std::vector<Case>> collect_cases(const ContentCore& core) {
  std::vector<Case> cases;
  const auto add = [&cases](Case found) {
    if (cases.size() < swept_at_once) cases.push_back(found);
  };
  const Instant now = core.clock.now();
  DMS_TRY(
      for_each_tagged(core.database, tag_intent, [&](std::string_view key, std::string_view value) {
        const auto number = parse_numbered_key(key);
        const auto intent = parse_intent(value);
        if (!number || !intent) return;  // verify tells of it
        if (now - intent->time >= intent_age_max) add(*number);
      }));
  DMS_TRY(for_each_tagged(core.database, tag_loss, [&](std::string_view key, std::string_view) {
    const auto content = parse_content_key(key);
    if (content) add(*content);
  }));
  return cases;
}

// However a group ends, by an exception too, what it condemned is not kept waiting.
class Sentence {
 public:
  explicit Sentence(ContentLeases& leases) : leases_(leases) {}
  ~Sentence() { leases_.end_sentence(); }
  Sentence(const Sentence&) = delete;
  Sentence& operator=(const Sentence&) = delete;

 private:
  ContentLeases& leases_;
};

Result<void> judge_cases(ContentCore& core, SerialWriter& serial_writer,
                         std::span<const Case> cases) {
  while (!cases.empty()) {
    const auto now = cases.first(std::min(judged_at_once, cases.size()));
    cases = cases.subspan(now.size());
    const Sentence sentence(*core.leases);
    DMS_TRY(serial_writer.run_serial([&](PendingBatch& batch) -> Result<void> {
      Judge judge(core, batch);
      for (const Case& each : now) DMS_TRY(judge.judge(each));
      return {};
    }));
  }
  return {};
}

// Frees the chunks of all erasures. Whole files go at once; what shares a file with other content
// is deleted and its file rewritten without it, once for all that lie near each other.
class Eraser {
 public:
  explicit Eraser(ContentCore& core) : core_(core) {}

  // Returns the bytes freed: of those erasures of which nothing is left on the disk. What
  // something, an old snapshot say, still keeps there is tried again by the next sweep.
  Result<std::uint64_t> erase_all() {
    DMS_TRY(collect());
    for (const Placement placement : {Placement::small, Placement::large}) {
      DMS_TRY(erase_in(placement));
    }
    std::uint64_t freed = 0;
    rocksdb::WriteBatch done;
    for (const auto& [number, erasure] : erasures_) {
      if (const auto is_there = is_on_disk(erasure); !is_there || *is_there) continue;
      done.Delete(core_.database.handle(Family::content_meta), erasure_key(number));
      freed += erasure.bytes;
    }
    if (done.Count() > 0) DMS_TRY(core_.database.write(done, Durability::wal));
    core_.metrics.freed_bytes.add(freed);
    return freed;
  }

 private:
  static Database::KeyRange key_range(const ChunkRun& run) {
    return {chunk_key(run.first), chunk_key(run.first + run.count)};
  }

  Result<void> collect() {
    return for_each_tagged(core_.database, tag_erasure,
                           [this](std::string_view key, std::string_view value) {
                             const auto number = parse_numbered_key(key);
                             auto erasure = parse_erasure(value);
                             if (!number || !erasure) return;  // verify tells of it
                             if (erasures_.size() == swept_at_once) return;
                             erasures_.emplace_back(*number, std::move(*erasure));
                           });
  }

  Result<void> erase_in(Placement placement) {
    std::vector<ChunkRun> left;
    for (const auto& [number, erasure] : erasures_) {
      if (erasure.placement != placement) continue;
      DMS_TRY(drop_files(erasure));
      const auto is_there = is_on_disk(erasure);
      // Rotten chunks that were stored once more (content_repair.cpp): to rewrite their table
      // would be to read them. They stay, and hold no other erasure up.
      if (!is_there || !*is_there) continue;
      left.insert(left.end(), erasure.runs.begin(), erasure.runs.end());
    }
    if (left.empty()) return {};
    std::sort(left.begin(), left.end(),
              [](const ChunkRun& a, const ChunkRun& b) { return a.first < b.first; });
    std::vector<Database::KeyRange> ranges;
    ranges.reserve(left.size());
    for (const ChunkRun& run : left) ranges.push_back(key_range(run));
    DMS_TRY(core_.database.delete_ranges(chunk_family(placement), ranges, Durability::synced));
    const std::uint64_t gap_max = placement == Placement::small ? compacted_gap_max : 0;
    for (std::size_t begin = 0; begin < left.size();) {
      std::size_t end = begin + 1;
      while (end < left.size() &&
             left[end].first - (left[end - 1].first + left[end - 1].count) <= gap_max) {
        ++end;
      }
      const Result<void> compacted = core_.database.compact(
          chunk_family(placement), {ranges[begin].first, ranges[end - 1].second});
      // What lies beside damage stays where it is, and is not counted; the rest goes.
      if (!compacted && compacted.error().code != ErrorCode::corrupt) return compacted;
      begin = end;
    }
    return {};
  }

  Result<void> drop_files(const ContentErasure& erasure) {
    for (const ChunkRun& run : erasure.runs) {
      const Database::KeyRange range = key_range(run);
      const rocksdb::Slice first = range.first;
      const rocksdb::Slice last = range.second;
      const rocksdb::RangePtr files(&first, &last);
      const rocksdb::Status status = rocksdb::DeleteFilesInRanges(
          &core_.database.raw(), core_.database.handle(chunk_family(erasure.placement)), &files, 1,
          /*include_end=*/false);
      if (!status.ok()) return fail(read_error(status, "content erasure"));
    }
    return {};
  }

  // Whether any of the chunks is still in a file or in memory, deleted or not.
  Result<bool> is_on_disk(const ContentErasure& erasure) const {
    rocksdb::ReadOptions options;
    options.ignore_range_deletions = true;
    options.fill_cache = false;
    const auto position = core_.database.iterate(chunk_family(erasure.placement), options);
    for (const ChunkRun& run : erasure.runs) {
      const Database::KeyRange range = key_range(run);
      position->Seek(range.first);
      if (position->Valid() && position->key().compare(range.second) < 0) return true;
      if (!position->status().ok()) {
        return fail(read_error(position->status(), "content erasure"));
      }
    }
    return false;
  }

  ContentCore& core_;
  std::vector<std::pair<std::uint64_t, ContentErasure>> erasures_;
};

}  // namespace

namespace {

// In family meta, FOR EVER: README.md.
constexpr std::string_view last_sweep_key = "last_sweep";
constexpr std::uint8_t last_sweep_format = 1;
// An idle store is not written to more often.
constexpr std::chrono::hours last_sweep_every{1};

// Unsynced: a power cut may lose it, and the next sweep says it again.
Result<void> note_sweep(ContentCore& core, Instant begun) {
  const auto last = DMS_TRY(find_last_sweep(core.database));
  if (last && begun - *last < last_sweep_every && begun >= *last) return {};
  std::string bytes(1, static_cast<char>(last_sweep_format));
  append_big_endian(bytes, static_cast<std::uint64_t>(begun.time_since_epoch().count()));
  return core.database.put(Family::meta, last_sweep_key, bytes, Durability::wal);
}

}  // namespace

Result<std::optional<Instant>> find_last_sweep(const Database& database,
                                               const rocksdb::Snapshot* snapshot) {
  const auto bytes = DMS_TRY(database.get(Family::meta, last_sweep_key, snapshot));
  if (!bytes || bytes->size() != 9 || (*bytes)[0] != last_sweep_format) return std::nullopt;
  const std::uint64_t time = read_big_endian_64(std::string_view(*bytes).substr(1)).value_or(0);
  return Instant(Instant::duration(static_cast<std::int64_t>(time)));
}

Result<std::uint64_t> sweep_content(ContentCore& core, SerialWriter& serial_writer) {
  DMS_TRY(core.database.writable());
  const Instant begun = core.clock.now();
  const std::vector<Case> cases = DMS_TRY(collect_cases(core));
  DMS_TRY(judge_cases(core, serial_writer, cases));
  if (cases.size() < swept_at_once) DMS_TRY(note_sweep(core, begun));
  return Eraser(core).erase_all();
}

namespace {

Result<bool> has_any(const Database& database, std::string_view prefix) {
  const auto position = database.iterate(Family::content_meta);
  position->Seek(rocksdb::Slice(prefix.data(), prefix.size()));
  if (position->Valid()) return position->key().ToStringView().starts_with(prefix);
  if (!position->status().ok()) return fail(read_error(position->status(), "content state"));
  return false;
}

}  // namespace

// Which erasure was a content's is not kept: any that is left may be.
Result<ContentState> find_content_state(const ContentCore& core, const ContentKey& content) {
  const auto manifest = DMS_TRY(find_manifest(core.database, content));
  if (!manifest) {
    const bool any_left = DMS_TRY(has_any(core.database, std::string(1, tag_erasure)));
    return any_left ? ContentState::leaving : ContentState::gone;
  }
  const bool is_kept =
      DMS_TRY(has_any(core.database, ref_prefix(content))) ||
      DMS_TRY(core.database.get(Family::content_meta, intent_key(manifest->intent))).has_value();
  return is_kept ? ContentState::stored : ContentState::leaving;
}

}  // namespace dms::storage
