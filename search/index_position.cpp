#include "search/index_position.h"

#include <charconv>
#include <string>
#include <string_view>

#include "search/fields.h"
#include "search/language.h"

namespace dms::search {

namespace {

std::string encode_position(const IndexPosition& position) {
  return to_string(position.store_id) + " " + std::to_string(position.sequence) + " " +
         position.hash.hex();
}

std::optional<IndexPosition> decode_position(std::string_view text) {
  const std::size_t first = text.find(' ');
  const std::size_t last = text.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto store_id = parse_uuid(text.substr(0, first));
  const auto hash = Sha256Digest::from_hex(text.substr(last + 1));
  const std::string_view digits = text.substr(first + 1, last - first - 1);
  IndexPosition position;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), position.sequence);
  if (!store_id || !hash || error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  position.store_id = *store_id;
  position.hash = *hash;
  position.analysis_version = analysis_version;
  return position;
}

// 0 where there is none; nullopt where it is damaged.
template <class Number>
std::optional<Number> decode_number(std::string_view text) {
  Number number = 0;
  if (text.empty()) return number;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void write_position(Xapian::WritableDatabase& database, const IndexPosition& position) {
  database.set_metadata(fields::position_key, encode_position(position));
  database.set_metadata(fields::source_key, std::to_string(position.source_version));
}

std::optional<IndexPosition> read_position(const Xapian::Database& database,
                                           const std::string& analysis) {
  if (database.get_metadata(fields::format_key) != fields::format_version) {
    throw Xapian::DatabaseVersionError("an index of another format");
  }
  if (database.get_metadata(fields::analysis_key) != analysis) {
    throw Xapian::DatabaseVersionError("an index of another analysis");
  }
  const std::string text = database.get_metadata(fields::position_key);
  if (text.empty()) return std::nullopt;
  auto position = decode_position(text);
  const auto source = decode_number<std::uint32_t>(database.get_metadata(fields::source_key));
  if (!position || !source) {
    throw Xapian::DatabaseCorruptError("the index's position is damaged");
  }
  position->source_version = *source;
  return position;
}

void write_unpacked(Xapian::WritableDatabase& database, std::uint64_t documents) {
  database.set_metadata(fields::unpacked_key, std::to_string(documents));
}

std::uint64_t read_unpacked(const Xapian::Database& database) {
  return decode_number<std::uint64_t>(database.get_metadata(fields::unpacked_key)).value_or(0);
}

}  // namespace dms::search
