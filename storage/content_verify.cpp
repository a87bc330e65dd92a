// Holds the content store's records against each other and against every stored byte, beside
// running commits, uploads and sweeps. The order matters: first what chunks there are, then (a
// later state) who owns them; so whatever is found unowned and is still there belongs to nobody.

#include <fmt/format.h>
#include <rocksdb/convenience.h>
#include <rocksdb/metadata.h>

#include <algorithm>
#include <limits>

#include "dms/base/bytes.h"
#include "storage/content_core.h"
#include "storage/integrity.h"
#include "storage/walk.h"

namespace dms::storage {
namespace {

// Problems told; of a wrecked disk the first thousand say enough.
constexpr std::size_t problems_max = 1000;

struct OwnedRun {
  ChunkRun run;
  Placement placement = Placement::small;
  bool is_content = false;  // a manifest's; else of an intent or an erasure
};

// Chunk keys found in a family; of content_large the key range of a whole file.
struct FoundRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Placement placement = Placement::small;
};

struct LargeFile {
  std::string path;
  FoundRange range;
  std::uint64_t entries = 0;
};

class Verifier {
 public:
  Verifier(ContentCore& core, Walk& walk, VerifyReport& report)
      : core_(core), walk_(walk), report_(report) {}

  Result<void> run() {
    DMS_TRY(list_small_chunks());
    DMS_TRY(list_large_files());
    snapshot_ = core_.database.snapshot();
    last_sweep_ = DMS_TRY(find_last_sweep(core_.database, snapshot_.get()));
    DMS_TRY(walk_index());
    DMS_TRY(walk_refs());
    check_owned();
    DMS_TRY(check_found());
    for (const ContentKey& content : contents_) {
      const CheckedContent checked = DMS_TRY(check_content(core_, content, walk_));
      if (!checked.problem.empty()) problem(checked.problem);
      report_.contents += checked.is_whole ? 1 : 0;
      report_.destroyed_contents += checked.is_destroyed && checked.problem.empty() ? 1 : 0;
      report_.content_bytes += checked.is_whole ? checked.bytes : 0;
    }
    return check_leftovers();
  }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < problems_max) report_.problems.push_back(std::move(text));
  }

  // ---- what is there

  Result<void> list_small_chunks() {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const auto position = core_.database.iterate(Family::content, options);
    std::string last;
    for (position->SeekToFirst(); position->Valid(); position->Next()) {
      last = position->key().ToString();
      add_small_chunk(last);
    }
    // A scan may end before a damaged table (database.h); from the other end it is seen.
    if (position->status().ok()) position->SeekToLast();
    const rocksdb::Status status = position->status();
    if (status.IsCorruption()) {
      problem("content: a chunk cannot be read: " + status.ToString());
    } else if (!status.ok()) {
      return fail(read_error(status, "content"));
    } else if (position->Valid() && position->key().ToStringView() > last) {
      problem("content: chunks behind " + to_hex(last) + " cannot be read");
    }
    return {};
  }

  void add_small_chunk(std::string_view key) {
    const auto number = parse_number(key);
    if (!number) {
      problem("content: an ill-formed chunk key");
    } else if (!found_.empty() && found_.back().last + 1 == *number) {
      found_.back().last = *number;
    } else {
      found_.push_back({.first = *number, .last = *number, .placement = Placement::small});
    }
  }

  // By the files' own bounds: reading their keys would read all their bytes.
  Result<void> list_large_files() {
    rocksdb::DB& database = core_.database.raw();
    rocksdb::TablePropertiesCollection tables;
    const rocksdb::Status status =
        database.GetPropertiesOfAllTables(core_.database.handle(Family::content_large), &tables);
    if (status.IsCorruption()) {
      problem("content_large: a table cannot be read: " + status.ToString());
    } else if (!status.ok()) {
      return fail(read_error(status, "content_large"));
    }
    std::vector<rocksdb::LiveFileMetaData> files;
    database.GetLiveFilesMetaData(&files);
    const auto family = family_names[static_cast<std::size_t>(Family::content_large)];
    for (const rocksdb::LiveFileMetaData& file : files) {
      const auto table = tables.find(file.directory + file.name);
      // The file list's own counts are zero until the files are read.
      if (file.column_family_name != family || table == tables.end() || !table->second) continue;
      if (table->second->num_entries == table->second->num_deletions) continue;
      const auto first = parse_number(file.smallestkey);
      const auto last = parse_number(file.largestkey);
      if (!first || !last) {
        problem("content_large: ill-formed chunk keys in " + file.name);
        continue;
      }
      found_.push_back({.first = *first, .last = *last, .placement = Placement::large});
      large_files_.push_back({table->first, found_.back(), table->second->num_entries});
    }
    return {};
  }

  // ---- the records

  Result<void> walk_index() {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_.get();
    const auto position = core_.database.iterate(Family::content_meta, options);
    for (position->SeekToFirst(); position->Valid(); position->Next()) {
      const std::string_view key = position->key().ToStringView();
      const std::string_view value = position->value().ToStringView();
      switch (key[0]) {
        case tag_manifest:
          DMS_TRY(check_manifest(key, value));
          break;
        case tag_intent:
          check_intent(key, value);
          break;
        case tag_erasure:
          check_erasure(key, value);
          break;
        case tag_high_water:
          check_high_water(value);
          break;
        case tag_ref:
          break;  // walk_refs
        case tag_loss:
          if (!parse_content_key(key)) problem("content: an ill-formed loss");
          break;
        default:
          problem("content: an unknown record");
      }
    }
    if (!position->status().ok()) return fail(read_error(position->status(), "content records"));
    return {};
  }

  void own(const std::vector<ChunkRun>& runs, Placement placement, bool is_content = false) {
    for (const ChunkRun& run : runs) owned_.push_back({run, placement, is_content});
  }

  Result<void> check_manifest(std::string_view key, std::string_view value) {
    const auto content = parse_content_key(key);
    if (!content) {
      problem("content: an ill-formed manifest key");
      return {};
    }
    const std::string name = content->sha256.hex();
    const auto manifest = parse_manifest(value);
    if (!manifest) {
      problem(fmt::format("content {}: {}", name, manifest.error().hint));
      return {};
    }
    own(manifest->runs, manifest->placement, true);
    contents_.push_back(*content);
    if (manifest->sha256 != content->sha256) {
      problem(fmt::format("content {}: its manifest names another digest", name));
    }
    const bool named = DMS_TRY(has_ref(*content));
    if (!named && !DMS_TRY(has_record(loss_key(*content))) &&
        !DMS_TRY(has_record(intent_key(manifest->intent)))) {
      problem(fmt::format("content {}: neither named nor marked for sweeping", name));
    }
    return {};
  }

  void check_intent(std::string_view key, std::string_view value) {
    const auto intent = parse_intent(value);
    if (!intent || !parse_numbered_key(key)) return problem("content: an ill-formed intent");
    // A finished upload's runs are its manifest's.
    if (!intent->sha256) own(intent->runs, intent->placement);
    check_age(*parse_numbered_key(key), *intent);
  }

  // Not by this moment's clock: what lay still while no server ran, or comes from an old backup,
  // waits for a sweep. One that should have taken it and did not is what is wrong.
  void check_age(std::uint64_t number, const ContentIntent& intent) {
    if (!last_sweep_ || *last_sweep_ - intent.time < intent_age_max + intent_grace) return;
    if (core_.leases->is_uploading(number)) return;
    problem(
        fmt::format("content: intent {} of {} still stands, though the sweep of {} was due to "
                    "take it",
                    number, format_rfc3339(intent.time), format_rfc3339(*last_sweep_)));
  }

  void check_erasure(std::string_view key, std::string_view value) {
    const auto erasure = parse_erasure(value);
    if (!erasure || !parse_numbered_key(key)) return problem("content: an ill-formed erasure");
    own(erasure->runs, erasure->placement);
  }

  void check_high_water(std::string_view value) {
    const auto number = parse_number(value);
    if (!number) return problem("content: an ill-formed high-water mark");
    high_water_ = *number;
  }

  Result<bool> has_record(const std::string& key) const {
    return (DMS_TRY(core_.database.get(Family::content_meta, key, snapshot_.get()))).has_value();
  }

  Result<bool> has_ref(const ContentKey& content) const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_.get();
    const std::string prefix = ref_prefix(content);
    const auto position = core_.database.iterate(Family::content_meta, options);
    position->Seek(prefix);
    if (position->Valid()) return position->key().starts_with(prefix);
    if (!position->status().ok()) return fail(read_error(position->status(), "content refs"));
    return false;
  }

  Result<void> walk_refs() {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_.get();
    const auto position = core_.database.iterate(Family::content_meta, options);
    const std::string begin(1, tag_ref);
    for (position->Seek(begin); position->Valid() && position->key().starts_with(begin);
         position->Next()) {
      const auto ref = parse_ref_key(position->key().ToStringView());
      if (!ref) {
        problem("content: an ill-formed ref");
      } else if (!DMS_TRY(has_record(manifest_key(ref->content)))) {
        problem(fmt::format("content {}: named by {} but not stored", ref->content.sha256.hex(),
                            to_string(ref->owner)));
      }
    }
    if (!position->status().ok()) return fail(read_error(position->status(), "content refs"));
    return {};
  }

  // ---- the records against what is there

  void check_owned() {
    std::sort(owned_.begin(), owned_.end(),
              [](const OwnedRun& a, const OwnedRun& b) { return a.run.first < b.run.first; });
    std::uint64_t lowest = 0;
    for (const OwnedRun& owned : owned_) {
      if (owned.run.first < lowest) {
        problem(fmt::format("content: chunk {} belongs to two", owned.run.first));
      }
      lowest = std::max(lowest, owned.run.first + owned.run.count);
    }
    if (lowest > high_water_) problem("content: the high-water mark is below numbers in use");
  }

  // The parts of a range that nobody owns. A file of content_large may span several contents and
  // gaps between them: it is owned if one of them is.
  std::vector<FoundRange> unowned_parts(const FoundRange& found) const {
    std::vector<FoundRange> parts;
    std::uint64_t next = found.first;
    auto owner = std::upper_bound(
        owned_.begin(), owned_.end(), next,
        [](std::uint64_t number, const OwnedRun& owned) { return number < owned.run.first; });
    if (owner != owned_.begin()) --owner;
    for (; owner != owned_.end() && owner->run.first <= found.last; ++owner) {
      const std::uint64_t end = owner->run.first + owner->run.count;
      if (owner->placement != found.placement || end <= next) continue;
      if (found.placement == Placement::large) return {};
      if (owner->run.first > next) {
        parts.push_back({.first = next, .last = owner->run.first - 1});
      }
      next = end;
    }
    if (next <= found.last) parts.push_back({.first = next, .last = found.last});
    for (FoundRange& part : parts) part.placement = found.placement;
    return parts;
  }

  Result<void> check_found() {
    for (const FoundRange& found : found_) {
      for (const FoundRange& part : unowned_parts(found)) {
        if (!DMS_TRY(is_still_there(part))) continue;
        problem(fmt::format("content: chunks {} to {} belong to nobody", part.first, part.last));
      }
    }
    return {};
  }

  // An erasure may have ended since the range was found.
  Result<bool> is_still_there(const FoundRange& found) const {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const auto position = core_.database.iterate(chunk_family(found.placement), options);
    position->Seek(chunk_key(found.first));
    if (position->Valid()) return position->key().compare(chunk_key(found.last)) <= 0;
    if (!position->status().ok()) return fail(read_error(position->status(), "content"));
    return false;
  }

  // What waits for its end in content_large belongs to no content, so nobody has read it. A damaged
  // table is told nevertheless: compaction would stumble over it.
  Result<void> check_leftovers() {
    for (const LargeFile& file : large_files_) {
      if (count_content_chunks(file.range) >= file.entries) continue;
      const rocksdb::Status status = rocksdb::VerifySstFileChecksum(
          core_.database.sst_options(Family::content_large), rocksdb::EnvOptions(), file.path);
      // RocksDB cuts a file that was swept meanwhile before it removes it.
      if (status.IsCorruption() && is_live(file.path)) {
        problem("content_large: " + status.ToString());
      }
      if (!status.ok() && !status.IsCorruption() && !status.IsPathNotFound()) {
        return fail(read_error(status, "content_large"));
      }
    }
    return {};
  }

  bool is_live(const std::string& path) const {
    std::vector<rocksdb::LiveFileMetaData> files;
    core_.database.raw().GetLiveFilesMetaData(&files);
    return std::any_of(files.begin(), files.end(), [&](const rocksdb::LiveFileMetaData& file) {
      return file.directory + file.name == path;
    });
  }

  std::uint64_t count_content_chunks(const FoundRange& range) const {
    std::uint64_t count = 0;
    for (const OwnedRun& owned : owned_) {
      if (!owned.is_content || owned.placement != range.placement) continue;
      const std::uint64_t first = std::max(owned.run.first, range.first);
      const std::uint64_t end = std::min(owned.run.first + owned.run.count, range.last + 1);
      if (end > first) count += end - first;
    }
    return count;
  }

  ContentCore& core_;
  Walk& walk_;
  VerifyReport& report_;
  std::shared_ptr<const rocksdb::Snapshot> snapshot_;
  std::vector<FoundRange> found_;
  std::vector<LargeFile> large_files_;
  std::vector<OwnedRun> owned_;
  std::vector<ContentKey> contents_;
  std::uint64_t high_water_ = 1;
  std::optional<Instant> last_sweep_;
};

}  // namespace

Result<void> verify_content(ContentCore& core, Walk& walk, VerifyReport& report) {
  return Verifier(core, walk, report).run();
}

}  // namespace dms::storage
