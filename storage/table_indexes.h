#pragma once

// A table's indexes without its type: which entries a stored record should have. With it a store
// builds indexes, mends them and verifies them, and knows nothing of what the records are.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "storage/table.h"

namespace dms::storage {

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
};

// Borrows `table`, a constant.
template <class Record>
TableIndexes indexes_of(const Table<Record>& table) {
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
  return untyped;
}

}  // namespace dms::storage
