#pragma once

// Bytes as RocksDB names them and back; neither owns. Internal.

#include <rocksdb/slice.h>

#include <string_view>

namespace dms::storage {

inline rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

inline std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace dms::storage
