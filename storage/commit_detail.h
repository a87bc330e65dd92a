#pragma once

// The templates of commit.h. Included by it alone.

#include <utility>

#include "storage/commit.h"

namespace dms::storage {

namespace detail {

Error key_taken(std::string_view table);

}  // namespace detail

template <class Record>
Result<void> Commit::put(const Table<Record>& table, const Record& record) {
  return write(table, record, Existing::replace);
}

template <class Record>
Result<void> Commit::insert(const Table<Record>& table, const Record& record) {
  return write(table, record, Existing::refuse);
}

template <class Record>
Result<void> Commit::write(const Table<Record>& table, const Record& record, Existing existing) {
  std::string key = table.key(record);
  const std::optional<std::string> before = DMS_TRY(current(table.name, key));
  if (before && existing == Existing::refuse) return fail(detail::key_taken(table.name));
  std::string after = table.codec.encode(record);
  if (before == after) return {};
  RecordChange changed{table.name, std::move(key), std::move(after), {}};
  std::optional<Record> old;
  if (before) old = DMS_TRY(table.codec.decode(*before));
  for (const Index<Record>& index : table.indexes) {
    changed.indexes.push_back({index.name, index.kind,
                               old ? index.keys(*old) : std::vector<std::string>(),
                               index.keys(record)});
  }
  return change(std::move(changed));
}

template <class Record>
Result<void> Commit::erase(const Table<Record>& table, std::string_view key) {
  const std::optional<std::string> before = DMS_TRY(current(table.name, key));
  if (!before) return {};
  const Record old = DMS_TRY(table.codec.decode(*before));
  RecordChange changed{table.name, std::string(key), std::nullopt, {}};
  for (const Index<Record>& index : table.indexes) {
    changed.indexes.push_back({index.name, index.kind, index.keys(old), {}});
  }
  return change(std::move(changed));
}

}  // namespace dms::storage
