#pragma once

// A View is a consistent state of one tenant's records: a snapshot, or, when the committer decides
// again, the newest state with the pending batch on top. Every record, absence and index range read
// through it is remembered, so that a decision is made again exactly when what it read has changed.
//
// Borrowed: valid only during the call it is passed to. One thread at a time.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "storage/table.h"

namespace dms::storage {

struct ScanOptions {
  std::string prefix;        // only index keys (scan: record keys) that start with it
  std::string after;         // exclusive start: the `cursor` of the previous page, "" = beginning
  std::size_t limit = 1000;  // at most 10,000
  enum class Direction : std::uint8_t { ascending, descending } direction = Direction::ascending;
};

// What a scan found; `cursor` is empty where nothing follows. A cursor is a raw key: authenticate
// it before it leaves the server.
template <class Record>
struct Scanned {
  std::vector<Record> items;
  std::string cursor;
};

struct RawEntry {
  std::string
      index_key;  // as a cursor needs it: of a `multiple` index with the record's key behind
  std::string record_key;
};

class View {
 public:
  virtual ~View() = default;

  // The record, or nullopt. `corrupt` where the stored bytes do not decode.
  template <class Record>
  Result<std::optional<Record>> find(const Table<Record>& table, std::string_view key) const;
  // The record, or `not_found`.
  template <class Record>
  Result<Record> get(const Table<Record>& table, std::string_view key) const;
  // The one record under a unique index key, or nullopt.
  template <class Record>
  Result<std::optional<Record>> find_by(const Table<Record>& table, std::string_view index,
                                        std::string_view index_key) const;
  // Records in the order of an index.
  template <class Record>
  Result<Scanned<Record>> scan_index(const Table<Record>& table, std::string_view index,
                                     const ScanOptions& options) const;
  // Records in the order of their keys.
  template <class Record>
  Result<Scanned<Record>> scan(const Table<Record>& table, const ScanOptions& options) const;

  // A durable counter's present value; 0 where it never was set. Counters are changed with
  // Commit::set_counter and only ever grow.
  virtual Result<std::uint64_t> counter(std::string_view name) const = 0;

  // The untyped reads the templates stand on.
  virtual Result<std::optional<std::string>> read_record(std::string_view table,
                                                         std::string_view key) const = 0;
  // The record key under a unique index key.
  virtual Result<std::optional<std::string>> read_unique(std::string_view table,
                                                         std::string_view index,
                                                         std::string_view index_key) const = 0;
  virtual Result<std::vector<RawEntry>> read_index(std::string_view table, std::string_view index,
                                                   const ScanOptions& options) const = 0;
  // How many read_index() would return.
  virtual Result<std::size_t> count_index(std::string_view table, std::string_view index,
                                          const ScanOptions& options) const = 0;
  virtual Result<std::vector<std::string>> read_keys(std::string_view table,
                                                     const ScanOptions& options) const = 0;
  // `busy` unless all entries of an index with versions are there, made in this one.
  virtual Result<void> require_built(std::string_view table, std::string_view index,
                                     std::string_view version) const = 0;
};

}  // namespace dms::storage

#include "storage/view_detail.h"
