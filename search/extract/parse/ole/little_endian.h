#pragma once

// Numbers and pieces out of a stranger's bytes. What lies beyond the end is zero or empty: readers
// check what a value means, never whether it was there.

#include <cstdint>
#include <string_view>

namespace dms::search::extract {

// At most `size` bytes from `offset` on.
inline std::string_view piece(std::string_view bytes, std::size_t offset,
                              std::size_t size = std::string_view::npos) {
  return offset >= bytes.size() ? std::string_view() : bytes.substr(offset, size);
}

inline std::uint8_t byte_at(std::string_view bytes, std::size_t offset) {
  return offset < bytes.size() ? static_cast<std::uint8_t>(bytes[offset]) : std::uint8_t{0};
}

inline std::uint16_t u16_at(std::string_view bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(byte_at(bytes, offset) | byte_at(bytes, offset + 1) << 8U);
}

inline std::uint32_t u32_at(std::string_view bytes, std::size_t offset) {
  return u16_at(bytes, offset) | std::uint32_t{u16_at(bytes, offset + 2)} << 16U;
}

inline std::uint64_t u64_at(std::string_view bytes, std::size_t offset) {
  return u32_at(bytes, offset) | std::uint64_t{u32_at(bytes, offset + 4)} << 32U;
}

}  // namespace dms::search::extract
