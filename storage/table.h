#pragma once

// Typed tables. A Table<Record> says under which name its records lie on disk, how a record's key
// is made, and which indexes are kept; View reads it, Commit changes it, and index entries follow
// from the declaration alone. Table and index names are on disk for ever.
//
// A Table is an immutable constant, usually an inline variable in dms/<object>.h:
//
//   inline const Table<DossierRecord> dossiers{
//       "dossier",
//       [](const DossierRecord& r) { return std::string(r.id.key()); },
//       {{"reference", IndexKind::unique, [](const DossierRecord& r) {
//           return std::vector<std::string>{KeyBuilder().text(r.file_reference).take()}; }}}};

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

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

template <class Record>
struct Table {
  std::string name;
  std::function<std::string(const Record&)> key;
  std::vector<Index<Record>> indexes;

  // Records are JSON by dms/base/json_codec (profile record), found by argument-dependent lookup of
  // encode_json/decode_json.
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
