#pragma once

// Typed tables. A Table<Record> says under which name its records lie on disk, how a record's key
// is made, and which indexes are kept; View reads it, Commit changes it, and index entries follow
// from the declaration alone. Table and index names are on disk for ever.
//
// A Table is an immutable constant, declared `extern` beside its record and defined in the .cpp
// file of that header, which includes storage/record_json.h:
//
//   const Table<DossierRecord> dossier_table{
//       "dossier",
//       [](const DossierRecord& r) { return std::string(r.id.key()); },
//       {{"reference", IndexKind::unique, [](const DossierRecord& r) {
//           return std::vector<std::string>{KeyBuilder().text(r.file_reference).take()}; }}}};

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"

namespace dms::storage {

enum class IndexKind : std::uint8_t {
  unique,  // at most one record an index key; a second is `conflict`
  multiple
};

template <class Record>
struct Index {
  std::string name;
  IndexKind kind = IndexKind::multiple;
  // The index keys of a record, none or more; built with KeyBuilder.
  std::function<std::vector<std::string>(const Record&)> keys;
  // For keys that more than the record decides, as a collation does: in which version. Where a
  // store's entries were made in another one, or the index was declared after the store was
  // written, they are made (index_builder.h), and until all are there scan_index() is `busy`.
  // nullptr: by the record alone, and declared as long as the table.
  std::string (*version)() = nullptr;
};

// How a record becomes the bytes on disk and comes back from them; `corrupt` where it does not.
// A table carries it, so that what makes a record's JSON is compiled where its table is declared
// and not wherever one is read.
template <class Record>
struct RecordCodec {
  std::string (*encode)(const Record&) = nullptr;
  Result<Record> (*decode)(std::string_view stored) = nullptr;
};

// JSON by dms/base/json_codec (profile record). Whoever declares a table includes
// storage/record_json.h, which defines it.
template <class Record>
RecordCodec<Record> record_json();

template <class Record>
struct Table {
  std::string name;
  std::function<std::string(const Record&)> key;
  std::vector<Index<Record>> indexes;
  RecordCodec<Record> codec = record_json<Record>();
};

// Builds order-preserving composite keys: components compare one after the other, a prefix of
// components is a byte prefix of the key. Text is escaped (00 → 00 FF, ended by 00 01), so that no
// component runs into the next.
class KeyBuilder {
 public:
  KeyBuilder& text(std::string_view component);
  KeyBuilder& raw(std::string_view fixed_width_bytes);  // ids, digests: same width in every key
  KeyBuilder& number(std::uint64_t value);              // big-endian
  std::string take() { return std::move(key_); }

 private:
  std::string key_;
};

}  // namespace dms::storage
