#pragma once

// Internal to the JSON codec: text to boost::json::value with duplicate keys found, which Boost's
// own parser does not tell of (it keeps the last).

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dms::detail {

struct ParsedJson {
  std::optional<boost::json::value> root;  // nullopt: `error` says why
  std::string error;                       // the library's words
  bool is_too_deep = false;
  std::size_t error_offset = 0;                 // bytes
  std::vector<std::string> duplicate_pointers;  // RFC 6901; at most a hundred
};

ParsedJson parse_json(std::string_view text, boost::json::storage_ptr storage);

// Appends "/token", escaped; a token longer than 100 bytes is cut, for it may come from outside.
void append_pointer_token(std::string& pointer, std::string_view token);

}  // namespace dms::detail
