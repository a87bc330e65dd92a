#pragma once

// Reads the fixed-width big-endian fields of binary records, front to back. Borrows the bytes.
// A field that is not there whole is nullopt, and so is everything after it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "dms/base/bytes.h"

namespace dms::storage {

class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::uint8_t> u8() {
    const auto field = take(1);
    if (!field) return std::nullopt;
    return static_cast<std::uint8_t>((*field)[0]);
  }
  std::optional<std::uint32_t> u32() {
    const auto field = take(4);
    return field ? read_big_endian_32(*field) : std::nullopt;
  }
  std::optional<std::uint64_t> u64() {
    const auto field = take(8);
    return field ? read_big_endian_64(*field) : std::nullopt;
  }
  std::optional<std::string_view> take(std::size_t size) {
    if (failed_ || rest_.size() < size) {
      failed_ = true;
      return std::nullopt;
    }
    const std::string_view field = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return field;
  }
  // Everything was read, and nothing was missing.
  bool at_end() const { return !failed_ && rest_.empty(); }
  std::size_t remaining() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace dms::storage
