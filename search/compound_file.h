#pragma once

// The file of the compound dictionary: made by the build, mapped by the server, both of the same
// machine. Private to search. Layout (integers little-endian, 32 bits):
//
//   "AWGW0001"  slot count (a power of two)  word count  bytes of entries  SHA-256 of the rest
//   slots       for each the offset of an entry in the entries, or 0xFFFFFFFF; a word stands in the
//               first free slot from hash(word) on
//   entries     length, price last, price before, marks (a byte each), then the word
//
// It is no data but a product of the build; another layout gets another mark in its first bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dms::search::compound_file {

inline constexpr std::string_view magic = "AWGW0001";
inline constexpr std::size_t digest_offset = 20;
inline constexpr std::size_t header_bytes = 52;
inline constexpr std::uint32_t empty_slot = UINT32_MAX;
inline constexpr std::size_t entry_head_bytes = 4;

// FNV-1a, its high bits folded in.
inline std::uint32_t hash(std::string_view word) {
  std::uint32_t value = 0x811c9dc5U;
  for (const char c : word) value = (value ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return value ^ (value >> 15U);
}

}  // namespace dms::search::compound_file
