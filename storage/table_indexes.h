#pragma once

// A table's indexes without its type: which entries a stored record should have, and which contents
// it names. With it a store builds indexes, mends them and verifies them, holds records against
// references to contents, and knows nothing of what the records are.

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/table.h"

namespace dms::storage {

// A content that a record keeps alive, as whose (Commit::name_content).
struct NamedContent {
  ContentId content;
  Uuid owner;
};

// Thread-safe, for its functions are pure.
struct TableIndexes {
  struct Declared {
    std::string name;
    IndexKind kind = IndexKind::multiple;
    std::string version;  // "" where it has none (table.h)
  };
  std::string table;
  std::vector<Declared> indexes;
  // A stored record's index keys, one list an index. `corrupt` where it does not decode.
  using Keys = std::vector<std::vector<std::string>>;
  std::function<Result<Keys>(std::string_view stored)> keys_of;
  // The contents that a stored record keeps alive: all of them, in every commit that leaves it so.
  // `corrupt` as above. Empty where the table's records keep none.
  std::function<Result<std::vector<NamedContent>>(std::string_view stored)> contents_of;
};

template <class Record>
using ContentsOf = std::vector<NamedContent> (*)(const Record&);

// Borrows `table`, a constant. `contents` says what a record keeps alive, nullptr: nothing.
template <class Record>
TableIndexes indexes_of(const Table<Record>& table,
                        std::type_identity_t<ContentsOf<Record>> contents = nullptr) {
  TableIndexes untyped;
  untyped.table = table.name;
  for (const Index<Record>& index : table.indexes) {
    const std::string version = index.version == nullptr ? std::string() : index.version();
    untyped.indexes.push_back({index.name, index.kind, version});
  }
  untyped.keys_of = [&table](std::string_view stored) -> Result<TableIndexes::Keys> {
    const Record record = DMS_TRY(table.codec.decode(stored));
    TableIndexes::Keys keys;
    for (const Index<Record>& index : table.indexes) keys.push_back(index.keys(record));
    return keys;
  };
  if (contents == nullptr) return untyped;
  untyped.contents_of = [&table,
                         contents](std::string_view stored) -> Result<std::vector<NamedContent>> {
    return contents(DMS_TRY(table.codec.decode(stored)));
  };
  return untyped;
}

}  // namespace dms::storage
