#include "search/cursor.h"

#include "dms/base/bytes.h"

namespace dms::search {

namespace {

// Layout: format, sort, matching (a byte each), rank, day, id (32 bits each, big-endian), document
// (16 bytes).
constexpr char cursor_format = '\x01';
constexpr std::size_t rank_at = 3;
constexpr std::size_t day_at = rank_at + 4;
constexpr std::size_t id_at = day_at + 4;
constexpr std::size_t document_at = id_at + 4;
constexpr std::size_t cursor_size = document_at + 16;

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  std::string bytes(1, cursor_format);
  bytes.push_back(static_cast<char>(cursor.sort));
  bytes.push_back(static_cast<char>(cursor.matching));
  append_big_endian(bytes, cursor.rank);
  append_big_endian(bytes, static_cast<std::uint32_t>(cursor.day));
  append_big_endian(bytes, static_cast<std::uint32_t>(cursor.id));
  bytes += raw_bytes(cursor.document);
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
  cursor.rank = *read_big_endian_32(bytes.substr(rank_at));
  cursor.day = static_cast<std::int32_t>(*read_big_endian_32(bytes.substr(day_at)));
  cursor.id = *read_big_endian_32(bytes.substr(id_at));
  cursor.document = *uuid_from_raw(bytes.substr(document_at));
  if (cursor.rank == 0 || cursor.rank > paged_hits_max) return std::nullopt;
  return cursor;
}

}  // namespace dms::search
