#include "search/cursor.h"

#include <bit>
#include <cmath>

#include "dms/base/bytes.h"

namespace dms::search {

namespace {

// Layout: format, sort, matching (a byte each), rank, id (32 bits), document (16 bytes), weight
// (64 bits), day (32 bits); integers big-endian.
constexpr char cursor_format = '\x01';
constexpr std::size_t document_at = 11;
constexpr std::size_t weight_at = document_at + 16;
constexpr std::size_t day_at = weight_at + 8;
constexpr std::size_t cursor_size = day_at + 4;

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  std::string bytes(1, cursor_format);
  bytes.push_back(static_cast<char>(cursor.sort));
  bytes.push_back(static_cast<char>(cursor.matching));
  append_big_endian(bytes, cursor.rank);
  append_big_endian(bytes, static_cast<std::uint32_t>(cursor.id));
  bytes += raw_bytes(cursor.document);
  append_big_endian(bytes, std::bit_cast<std::uint64_t>(cursor.weight));
  append_big_endian(bytes, std::bit_cast<std::uint32_t>(cursor.day));
  return bytes;
}

std::optional<Cursor> decode_cursor(std::string_view bytes) {
  if (bytes.size() != cursor_size || bytes[0] != cursor_format ||
      static_cast<unsigned char>(bytes[1]) > static_cast<unsigned char>(SortOrder::oldest_first) ||
      static_cast<unsigned char>(bytes[2]) > static_cast<unsigned char>(Matching::any)) {
    return std::nullopt;
  }
  Cursor cursor;
  cursor.sort = static_cast<SortOrder>(bytes[1]);
  cursor.matching = static_cast<Matching>(bytes[2]);
  cursor.rank = *read_big_endian_32(bytes.substr(3));
  cursor.id = *read_big_endian_32(bytes.substr(7));
  cursor.document = *uuid_from_raw(bytes.substr(document_at, 16));
  cursor.weight = std::bit_cast<double>(*read_big_endian_64(bytes.substr(weight_at)));
  cursor.day = std::bit_cast<std::int32_t>(*read_big_endian_32(bytes.substr(day_at)));
  if (!std::isfinite(cursor.weight)) return std::nullopt;
  return cursor;
}

}  // namespace dms::search
