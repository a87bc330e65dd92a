#include "storage/erased.h"

#include <rocksdb/env.h>
#include <rocksdb/metadata.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
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
    if (is_due(rule, found, static_cast<std::uint64_t>(now))) due.push_back(rule.family);
  }
  // What was erased may stand in the WAL too, which goes when all families are written out.
  if (!due.empty()) DMS_TRY(database.flush());
  for (const Family family : due) DMS_TRY(database.compact(family));
  return {};
}

}  // namespace dms::storage
