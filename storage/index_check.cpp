// Each record's entries are looked up, and entries are counted. Only where there are more than
// records account for is each entry held against its record: that decodes every record once an
// entry.

#include "storage/index_check.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "dms/base/bytes.h"
#include "storage/index_walk.h"
#include "storage/key_codec.h"
#include "storage/slice.h"
#include "storage/verify.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

class TableCheck {
 public:
  struct Scene {
    const Database& database;
    const rocksdb::Snapshot* snapshot;
    Walk& walk;
    VerifyReport& report;
  };
  TableCheck(const Scene& scene, const TableIndexes& table)
      : database_(scene.database),
        snapshot_(scene.snapshot),
        walk_(scene.walk),
        report_(scene.report),
        table_(table) {}

  Result<void> run() {
    const IndexStates states =
        decode_index_states(DMS_TRY(get(Family::meta, states_key(table_.table))));
    for (const TableIndexes::Declared& index : table_.indexes) {
      const bool is_checked = index.version.empty() || states.is_built(index.name, index.version);
      if (is_checked) found_.emplace(index.name, 0);
    }
    const std::size_t prefix = table_prefix(table_.table).size();
    DMS_TRY(walk(Family::records, table_prefix(table_.table),
                 [&](std::string_view key, std::string_view stored) {
                   return look_up(key.substr(prefix), stored);
                 }));
    for (const auto& [index, expected] : found_) {
      std::uint64_t present = 0;
      DMS_TRY(walk(Family::indexes, index_prefix(table_.table, index), [&](auto, auto) {
        ++present;
        return Result<void>();
      }));
      if (present != expected) DMS_TRY(find_superfluous(index));
    }
    return {};
  }

 private:
  using Visit = std::function<Result<void>(std::string_view key, std::string_view value)>;

  // A damaged block ends the walk; verify_database() tells of it.
  Result<void> walk(Family family, const std::string& prefix, const Visit& visit) {
    const std::string last = prefix_end(prefix);
    const rocksdb::Slice upper = slice(last);
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    options.iterate_upper_bound = &upper;
    options.fill_cache = false;
    const auto at = database_.iterate(family, options);
    for (at->Seek(slice(prefix)); at->Valid(); at->Next()) {
      DMS_TRY(visit(view(at->key()), view(at->value())));
      DMS_TRY(walk_.step());
    }
    if (at->status().ok() || at->status().IsCorruption()) return {};
    return fail(read_error(at->status(), "verify"));
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) {
    return database_.get(family, key, snapshot_);
  }

  Result<void> look_up(std::string_view key, std::string_view stored) {
    const auto entries = entries_of(table_, key, stored);
    if (!entries) {
      problem(fmt::format("{} {}: unreadable", table_.table, to_hex(key)));
      return {};
    }
    for (const IndexEntry& entry : *entries) {
      const auto found = found_.find(entry.index);
      if (found == found_.end()) continue;
      const auto owner = DMS_TRY(get(Family::indexes, entry.key));
      if (owner && *owner == key) {
        ++found->second;
      } else {
        problem(fmt::format("{} {}: missing in index {}", table_.table, to_hex(key), entry.index));
      }
    }
    return {};
  }

  // Names the record, not the key: that may be made of what people wrote.
  Result<void> find_superfluous(std::string_view index) {
    const auto check = [&](std::string_view key, std::string_view owner) -> Result<void> {
      const auto stored = DMS_TRY(get(Family::records, record_key(table_.table, owner)));
      if (!stored) return {};
      const auto entries = entries_of(table_, owner, *stored);
      if (!entries || has_entry(*entries, key)) return {};
      problem(fmt::format("{} {}: wrong entry in index {}", table_.table, to_hex(owner), index));
      return {};
    };
    return walk(Family::indexes, index_prefix(table_.table, index), check);
  }

  void problem(std::string text) {
    if (report_.problems.size() < verify_problems_max) report_.problems.push_back(std::move(text));
  }

  const Database& database_;
  const rocksdb::Snapshot* snapshot_;
  Walk& walk_;
  VerifyReport& report_;
  const TableIndexes& table_;
  std::map<std::string, std::uint64_t, std::less<>>
      found_;  // entries of readable records, by index
};

}  // namespace

Result<void> check_indexes(const Database& database, const std::vector<TableIndexes>& tables,
                           Walk& walk, VerifyReport& report) {
  const auto snapshot = database.snapshot();
  for (const TableIndexes& table : tables) {
    DMS_TRY(TableCheck({database, snapshot.get(), walk, report}, table).run());
  }
  return {};
}

}  // namespace dms::storage
