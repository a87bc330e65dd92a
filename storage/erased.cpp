#include "storage/erased.h"

#include <rocksdb/env.h>
#include <rocksdb/metadata.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <system_error>
#include <vector>

namespace dms::storage {

namespace {

struct Rule {
  Family family;
  std::chrono::seconds after;  // how old a table may become with something to drop
};

constexpr std::array<Rule, 3> rules = {{{Family::journal_detail, std::chrono::seconds(0)},
                                        {Family::records, std::chrono::days(30)},
                                        {Family::indexes, std::chrono::days(30)}}};

// What a family's tables and memory show.
struct Found {
  std::uint64_t deletions = 0;
  std::uint64_t oldest = std::numeric_limits<std::uint64_t>::max();  // seconds, by the Env
  std::size_t sorted_runs = 0;  // more than one: they may hold several states of one key
};

Result<Found> look_at(const Database& database, Family family) {
  rocksdb::ColumnFamilyHandle* const handle = database.handle(family);
  Found found;
  for (const std::string* property : {&rocksdb::DB::Properties::kNumDeletesActiveMemTable,
                                      &rocksdb::DB::Properties::kNumDeletesImmMemTables}) {
    std::uint64_t in_memory = 0;
    if (database.raw().GetIntProperty(handle, *property, &in_memory)) found.deletions += in_memory;
  }
  rocksdb::TablePropertiesCollection tables;
  const rocksdb::Status status = database.raw().GetPropertiesOfAllTables(handle, &tables);
  if (!status.ok()) return fail(read_error(status, "erased: tables"));
  for (const auto& [path, table] : tables) {
    found.deletions += table->num_deletions;
    found.oldest = std::min(found.oldest, table->file_creation_time);
  }
  rocksdb::ColumnFamilyMetaData levels;
  database.raw().GetColumnFamilyMetaData(handle, &levels);
  for (const rocksdb::LevelMetaData& level : levels.levels) {
    if (level.files.empty()) continue;
    found.sorted_runs += level.level == 0 ? level.files.size() : 1;
  }
  return found;
}

bool is_due(const Rule& rule, const Found& found, std::uint64_t now) {
  if (rule.after.count() == 0) return found.deletions > 0;
  if (found.deletions == 0 && found.sorted_runs < 2) return false;
  return found.oldest < now && now - found.oldest >= static_cast<std::uint64_t>(rule.after.count());
}

}  // namespace

Result<void> compact_erased(Database& database) {
  DMS_TRY(database.writable());
  std::int64_t now = 0;
  const rocksdb::Status told = database.raw().GetEnv()->GetCurrentTime(&now);
  if (!told.ok()) return fail(read_error(told, "erased: time"));
  std::vector<Family> due;
  for (const Rule& rule : rules) {
    const Found found = DMS_TRY(look_at(database, rule.family));
    // What is damaged stays as it is, and holds nothing else up (Store::damage tells of it).
    const bool rests = database.is_damaged(rule.family);
    if (!rests && is_due(rule, found, static_cast<std::uint64_t>(now))) due.push_back(rule.family);
  }
  // What was erased may stand in the WAL too, which goes when all families are written out.
  if (!due.empty()) DMS_TRY(database.flush());
  for (const Family family : due) {
    const Result<void> compacted = database.compact(family);
    if (!compacted && compacted.error().code != ErrorCode::corrupt) return compacted;
  }
  return {};
}

namespace {

// Where erased things lie in rows of their own. `journal` and its entries by object never lose any,
// and chunks are the sweep's (content_sweep.cpp).
constexpr std::array<Family, 4> purged_families = {Family::records, Family::indexes,
                                                   Family::journal_detail, Family::content_meta};

Result<bool> is_shown_by_snapshot(const Database& database, std::uint64_t mark) {
  std::uint64_t snapshots = 0;
  std::uint64_t oldest = 0;
  const bool told =
      database.raw().GetIntProperty(rocksdb::DB::Properties::kNumSnapshots, &snapshots) &&
      database.raw().GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest);
  if (!told) return fail(operator_error(ErrorCode::internal, "erased: snapshots"));
  return snapshots > 0 && oldest < mark;
}

// Tables and WAL files in the database's folder, by path. An empty WAL is the one of the next
// write.
Result<std::vector<std::string>> files_with_data(const Database& database) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> paths;
  fs::directory_iterator at(database.raw().GetName(), error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    const fs::path kind = at->path().extension();
    if (kind != ".sst" && kind != ".log") continue;
    std::error_code removed_meanwhile;
    const std::uintmax_t size = at->file_size(removed_meanwhile);
    if (!removed_meanwhile && size > 0) paths.push_back(at->path().string());
  }
  if (error) {
    return fail(operator_error(ErrorCode::unavailable, "erased: folder: " + error.message()));
  }
  return paths;
}

// What the database is made of, without the WAL: that is to go whole.
std::set<std::string> live_tables(const Database& database) {
  std::vector<rocksdb::LiveFileMetaData> tables;
  database.raw().GetLiveFilesMetaData(&tables);
  std::set<std::string> paths;
  for (const rocksdb::LiveFileMetaData& table : tables) paths.insert(table.db_path + table.name);
  return paths;
}

}  // namespace

Result<bool> ErasedPurge::run(std::uint64_t mark) {
  const MutexLock lock(mutex_);
  DMS_TRY(database_.writable());
  if (mark > compacted_through_) {
    // A later snapshot shows nothing of what was erased before it.
    if (DMS_TRY(is_shown_by_snapshot(database_, mark))) return false;
    DMS_TRY(compact());
    compacted_through_ = mark;
  }
  return has_left();
}

Result<void> ErasedPurge::compact() {
  // It cannot end: nothing is rewritten for it again and again.
  for (const Family family : purged_families) {
    if (!database_.is_damaged(family)) continue;
    return fail(operator_error(ErrorCode::corrupt, "erased: " + *database_.damage()));
  }
  const std::vector<std::string> before = DMS_TRY(files_with_data(database_));
  DMS_TRY(database_.flush());
  for (const Family family : purged_families) DMS_TRY(database_.compact(family));
  const std::set<std::string> live = live_tables(database_);
  for (const std::string& path : before) {
    if (!live.contains(path)) leaving_.push_back(path);
  }
  return {};
}

Result<bool> ErasedPurge::has_left() {
  std::erase_if(leaving_, [](const std::string& path) {
    std::error_code error;
    return !std::filesystem::exists(path, error) && !error;
  });
  return leaving_.empty();
}

}  // namespace dms::storage
