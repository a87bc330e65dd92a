#include "storage/index_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dms/base/bytes.h"
#include "storage/key_codec.h"
#include "storage/slice.h"
#include "storage/verify.h"

namespace dms::storage {

namespace {

// Keys of one step.
constexpr std::size_t keys_at_once = 512;

struct KeyValue {
  std::string key;
  std::string value;
};

// Up to `limit` entries of a family that start with `prefix` and lie behind `place`. They are read
// before anything is changed, for an iterator over a pending batch does not bear that.
Result<std::vector<KeyValue>> read_behind(const PendingBatch& batch, Family family,
                                          const std::string& prefix, const std::string& place,
                                          std::size_t limit) {
  const std::string first = std::max(prefix, place.empty() ? place : place + '\0');
  const std::string last = prefix_end(prefix);
  const rocksdb::Slice upper = slice(last);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  options.fill_cache = false;
  std::vector<KeyValue> found;
  const auto at = batch.iterate(family, options);
  for (at->Seek(slice(first)); at->Valid() && found.size() < limit; at->Next()) {
    found.push_back({std::string(view(at->key())), std::string(view(at->value()))});
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "index walk"));
  return found;
}

class Step {
 public:
  Step(PendingBatch& batch, const TableIndexes& table, IndexWalk& walk)
      : batch_(batch), table_(table), walk_(walk) {}

  Result<void> run() {
    std::size_t room = keys_at_once;
    while (room > 0 && walk_.part != IndexWalkPart::done) {
      room -= walk_.part == IndexWalkPart::sweep ? DMS_TRY(sweep(room)) : DMS_TRY(fill(room));
    }
    return {};
  }

 private:
  // Each looks at up to `room` keys, at fewer only where its part ends.
  Result<std::size_t> sweep(std::size_t room) {
    std::size_t seen = 0;
    for (const std::string& index : walk_.indexes) {  // in the order of their prefixes
      const std::string prefix = index_prefix(table_.table, index);
      const auto entries =
          DMS_TRY(read_behind(batch_, Family::indexes, prefix, walk_.place, room - seen));
      for (const KeyValue& entry : entries) DMS_TRY(check(entry));
      if (!entries.empty()) walk_.place = entries.back().key;
      seen += entries.size();
      if (seen == room) return seen;
    }
    walk_.part = IndexWalkPart::fill;
    walk_.place.clear();
    return seen;
  }

  Result<std::size_t> fill(std::size_t room) {
    const std::string prefix = table_prefix(table_.table);
    const auto records = DMS_TRY(read_behind(batch_, Family::records, prefix, walk_.place, room));
    for (const KeyValue& record : records) {
      DMS_TRY(complete(std::string_view(record.key).substr(prefix.size()), record.value));
    }
    if (records.size() == room) {
      walk_.place = records.back().key;
    } else {
      walk_.part = IndexWalkPart::done;
      walk_.place.clear();
    }
    return records.size();
  }

  // Takes an entry away that its record does not have. What an unreadable record has nobody knows.
  Result<void> check(const KeyValue& entry) {
    const auto stored = DMS_TRY(batch_.get(Family::records, record_key(table_.table, entry.value)));
    if (stored) {
      const auto entries = entries_of(table_, entry.value, *stored);
      if (!entries || has_entry(*entries, entry.key)) return {};
    }
    batch_.erase(Family::indexes, entry.key);
    ++walk_.outcome.removed;
    return {};
  }

  Result<void> complete(std::string_view key, std::string_view stored) {
    ++walk_.outcome.records;
    const auto entries = entries_of(table_, key, stored);
    if (!entries) {
      problem(fmt::format("{} {}: unreadable", table_.table, to_hex(key)));
      return {};
    }
    for (const IndexEntry& entry : *entries) {
      if (!walk_.indexes.contains(std::string(entry.index))) continue;
      const auto owner = DMS_TRY(batch_.get(Family::indexes, entry.key));
      if (owner && *owner != key) {
        problem(fmt::format("{} {}: its key in index {} is that of {}", table_.table, to_hex(key),
                            entry.index, to_hex(*owner)));
      }
      if (owner) continue;
      batch_.put(Family::indexes, entry.key, key);
      ++walk_.outcome.added;
    }
    return {};
  }

  void problem(std::string text) {
    std::vector<std::string>& problems = walk_.outcome.problems;
    if (problems.size() < verify_problems_max) problems.push_back(std::move(text));
  }

  PendingBatch& batch_;
  const TableIndexes& table_;
  IndexWalk& walk_;
};

}  // namespace

Result<std::vector<IndexEntry>> entries_of(const TableIndexes& table, std::string_view record_key,
                                           std::string_view stored) {
  const TableIndexes::Keys keys = DMS_TRY(table.keys_of(stored));
  std::vector<IndexEntry> entries;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const TableIndexes::Declared& index = table.indexes[i];
    for (const std::string& key : keys[i]) {
      std::string entry = index_prefix(table.table, index.name) + key;
      if (index.kind == IndexKind::multiple) entry.append(record_key);
      entries.push_back({index.name, std::move(entry)});
    }
  }
  return entries;
}

bool has_entry(const std::vector<IndexEntry>& entries, std::string_view key) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const IndexEntry& entry) { return entry.key == key; });
}

IndexWalk IndexWalk::over_all(const TableIndexes& table) {
  IndexWalk walk;
  for (const TableIndexes::Declared& index : table.indexes) walk.indexes.insert(index.name);
  return walk;
}

Result<void> walk_on(PendingBatch& batch, const TableIndexes& table, IndexWalk& walk) {
  IndexWalk next = walk;
  DMS_TRY(Step(batch, table, next).run());
  walk = std::move(next);
  return {};
}

}  // namespace dms::storage
