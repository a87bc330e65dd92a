#include "storage/recovery.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "storage/database_options.h"
#include "storage/journal.h"
#include "storage/manifest_length.h"
#include "storage/reads_chain.h"

namespace dms::storage {

namespace {

Error damage(std::string what) {
  return operator_error(ErrorCode::corrupt,
                        fmt::format("{}; the WAL was left untouched: restore from backup, or "
                                    "keep a copy of the folder before anything else",
                                    what));
}

bool reaches(const ReadsPosition& kept, const ReadsPosition& wanted) {
  return std::tie(kept.day, kept.number) >= std::tie(wanted.day, wanted.number);
}

// The families that tell how far the history reaches.
std::vector<Family> history_families() {
  return {Family::meta, Family::journal, Family::reads};
}

// The families that the database has; `unsupported` where this program does not know one of them.
Result<std::vector<Family>> find_families(const Database::Options& options) {
  std::vector<std::string> names;
  const rocksdb::Status status =
      rocksdb::DB::ListColumnFamilies(database_settings(options), options.folder, &names);
  if (!status.ok()) return fail(damage(fmt::format("column families: {}", status.ToString())));
  std::vector<Family> found;
  for (const std::string& name : names) {
    if (name == rocksdb::kDefaultColumnFamilyName) continue;
    const auto* const known = std::find(family_names.begin(), family_names.end(), name);
    if (known == family_names.end()) {
      return fail(operator_error(
          ErrorCode::unsupported,
          fmt::format("store {}: written by a newer program (family {})", options.name, name)));
    }
    found.push_back(static_cast<Family>(known - family_names.begin()));
  }
  return found;
}

// The name of a family that a store has from its creation on and this one does not.
std::optional<std::string_view> find_missing(const std::vector<Family>& found) {
  for (std::size_t i = 0; i < created_family_count; ++i) {
    if (std::find(found.begin(), found.end(), static_cast<Family>(i)) == found.end()) {
      return family_names[i];
    }
  }
  return std::nullopt;
}

Result<std::unique_ptr<Database>> open_replayed(Database::Options options,
                                                std::vector<Family> families,
                                                rocksdb::WALRecoveryMode mode) {
  options.access = Database::Access::read_only;
  options.families = std::move(families);
  options.write_buffers = nullptr;  // nothing can be flushed to make room for others
  options.recovery_mode = mode;
  Result<std::unique_ptr<Database>> database = Database::open(std::move(options));
  if (!database) return fail(damage(database.error().hint));
  return database;
}

// A kill while the first opening creates the families leaves the first few of them, empty: nothing
// is written before all are there.
Result<void> check_untouched(const Database::Options& options, std::vector<Family> found,
                             std::string_view missing) {
  found.erase(std::remove_if(found.begin(), found.end(), holds_chunks), found.end());
  if (found.empty()) return {};
  const auto database =
      DMS_TRY(open_replayed(options, found, rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords));
  for (const Family family : found) {
    const auto at = database->iterate(family);
    at->SeekToFirst();
    if (at->Valid()) return fail(damage(fmt::format("family {} is missing", missing)));
    if (!at->status().ok()) return fail(read_error(at->status(), "recovery"));
  }
  return {};
}

Result<Replayed> read_replayed(const Database& database) {
  const LastGroup group = DMS_TRY(read_last_group(database));
  const JournalPosition head = DMS_TRY(read_journal_head(database));
  if (!(head == group.head)) {
    return fail(damage(fmt::format("the journal ends at {}, the last group at {}", head.sequence,
                                   group.head.sequence)));
  }
  return Replayed{group, DMS_TRY(read_reads_head(database))};
}

// The same history, not another one that is as long.
Result<void> check_same(const Database& database, const Acknowledged& acknowledged) {
  const JournalPosition& said = acknowledged.group.head;
  const std::optional<Sha256Digest> hash = DMS_TRY(read_journal_hash(database, said.sequence));
  if (!hash || *hash != said.hash) {
    return fail(damage(fmt::format("journal entry {} is not the acknowledged one", said.sequence)));
  }
  return {};
}

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

Result<void> compare_history(const Replayed& kept, const Replayed& seen,
                             const std::optional<Acknowledged>& acknowledged) {
  if (acknowledged && kept.group.number < acknowledged->group.number) {
    return fail(damage(fmt::format(
        "WAL damaged: group {} (journal entry {}) was acknowledged, the readable history ends with "
        "group {} (journal entry {})",
        acknowledged->group.number, acknowledged->group.head.sequence, kept.group.number,
        kept.group.head.sequence)));
  }
  // A power cut may tear the last group and leave what was written with it; more is damage.
  if (seen.group.number > kept.group.number + 1) {
    return fail(damage(fmt::format(
        "WAL damaged: behind the damage lie groups up to {} (journal entry {}), the readable "
        "history ends with group {} (journal entry {})",
        seen.group.number, seen.group.head.sequence, kept.group.number, kept.group.head.sequence)));
  }
  if (acknowledged && !reaches(kept.reads, acknowledged->reads)) {
    return fail(damage(fmt::format(
        "WAL damaged: reads were on disk up to day {} number {}, readable are those up to day {} "
        "number {}",
        acknowledged->reads.day, acknowledged->reads.number, kept.reads.day, kept.reads.number)));
  }
  return {};
}

Result<void> check_history(int folder, const Database::Options& options) {
  const std::optional<Acknowledged> clean = read_clean_marker(folder);
  const std::optional<Acknowledged> acknowledged = DMS_TRY(AcknowledgedFile::read(folder));
  if (!exists(options.folder + "/CURRENT")) {
    if (!clean && !acknowledged) return {};
    return fail(damage("there was a database here and it is gone"));
  }
  if (const auto whole = check_manifest_length(options.folder); !whole) {
    return fail(damage(whole.error().hint));
  }
  const std::vector<Family> found = DMS_TRY(find_families(options));
  if (const std::optional<std::string_view> missing = find_missing(found)) {
    if (!clean && !acknowledged) return check_untouched(options, found, *missing);
    return fail(damage(fmt::format("family {} is missing", *missing)));
  }
  const auto strict = DMS_TRY(
      open_replayed(options, history_families(), rocksdb::WALRecoveryMode::kPointInTimeRecovery));
  const Replayed kept = DMS_TRY(read_replayed(*strict));
  Replayed seen = kept;
  if (!clean) {
    const auto lenient = DMS_TRY(open_replayed(options, history_families(),
                                               rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords));
    seen.group = DMS_TRY(read_last_group(*lenient));
  }
  for (const std::optional<Acknowledged>& said : {clean, acknowledged}) {
    DMS_TRY(compare_history(kept, seen, said));
    if (said) DMS_TRY(check_same(*strict, *said));
  }
  return {};
}

}  // namespace dms::storage
