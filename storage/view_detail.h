#pragma once

// The templates of view.h. Included by it alone.

#include <algorithm>
#include <utility>

#include "storage/view.h"

namespace dms::storage {

// The largest page a scan returns.
inline constexpr std::size_t scan_limit_max = 10000;

namespace detail {

// Bugs and damage, told apart from what a user can do.
Error unknown_index(std::string_view table, std::string_view index);
Error dangling_index(std::string_view table, std::string_view index);
Error index_not_built(std::string_view table, std::string_view index);
Error record_not_found();

template <class Record>
Result<void> check_declared(const Table<Record>& table, std::string_view index,
                            std::optional<IndexKind> kind) {
  for (const Index<Record>& declared : table.indexes) {
    if (declared.name == index && (!kind || declared.kind == *kind)) return {};
  }
  return fail(unknown_index(table.name, index));
}

template <class Record>
Result<void> check_built(const View& view, const Table<Record>& table, std::string_view index) {
  for (const Index<Record>& declared : table.indexes) {
    if (declared.name != index || declared.version == nullptr) continue;
    DMS_TRY(view.require_built(table.name, index, declared.version()));
  }
  return {};
}

// The options of a scan that looks one entry beyond the page, to know whether anything follows.
inline ScanOptions peek_beyond(const ScanOptions& options) {
  ScanOptions peek = options;
  peek.limit = std::clamp<std::size_t>(options.limit, 1, scan_limit_max) + 1;
  return peek;
}

}  // namespace detail

template <class Record>
Result<std::optional<Record>> View::find(const Table<Record>& table, std::string_view key) const {
  const std::optional<std::string> stored = DMS_TRY(read_record(table.name, key));
  if (!stored) return std::optional<Record>();
  return std::optional<Record>(DMS_TRY(table.codec.decode(*stored)));
}

template <class Record>
Result<Record> View::get(const Table<Record>& table, std::string_view key) const {
  std::optional<Record> record = DMS_TRY(find(table, key));
  if (!record) return fail(detail::record_not_found());
  return std::move(*record);
}

template <class Record>
Result<std::optional<Record>> View::find_by(const Table<Record>& table, std::string_view index,
                                            std::string_view index_key) const {
  DMS_TRY(detail::check_declared(table, index, IndexKind::unique));
  const std::optional<std::string> key = DMS_TRY(read_unique(table.name, index, index_key));
  if (!key) return std::optional<Record>();
  std::optional<Record> record = DMS_TRY(find(table, *key));
  if (!record) return fail(detail::dangling_index(table.name, index));
  return record;
}

template <class Record>
Result<Scanned<Record>> View::scan_index(const Table<Record>& table, std::string_view index,
                                         const ScanOptions& options) const {
  DMS_TRY(detail::check_declared(table, index, std::nullopt));
  DMS_TRY(detail::check_built(*this, table, index));
  const ScanOptions peek = detail::peek_beyond(options);
  std::vector<RawEntry> entries = DMS_TRY(read_index(table.name, index, peek));
  Scanned<Record> page;
  if (entries.size() == peek.limit) {
    entries.pop_back();
    page.cursor = entries.back().index_key;
  }
  page.items.reserve(entries.size());
  for (const RawEntry& entry : entries) {
    std::optional<Record> record = DMS_TRY(find(table, entry.record_key));
    if (!record) return fail(detail::dangling_index(table.name, index));
    page.items.push_back(std::move(*record));
  }
  return page;
}

template <class Record>
Result<Scanned<Record>> View::scan(const Table<Record>& table, const ScanOptions& options) const {
  const ScanOptions peek = detail::peek_beyond(options);
  std::vector<std::string> keys = DMS_TRY(read_keys(table.name, peek));
  Scanned<Record> page;
  if (keys.size() == peek.limit) {
    keys.pop_back();
    page.cursor = keys.back();
  }
  page.items.reserve(keys.size());
  for (const std::string& key : keys) page.items.push_back(DMS_TRY(get(table, key)));
  return page;
}

}  // namespace dms::storage
