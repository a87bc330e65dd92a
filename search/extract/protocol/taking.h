#pragma once

// Reading a string of bytes from its front.

#include <cstdint>
#include <optional>
#include <string_view>

#include "dms/base/bytes.h"

namespace dms::search::extract {

// Takes `size` bytes off the front; nullopt where there are fewer.
inline std::optional<std::string_view> take(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) return std::nullopt;
  const std::string_view taken = rest.substr(0, static_cast<std::size_t>(size));
  rest.remove_prefix(taken.size());
  return taken;
}

inline std::optional<std::string_view> take_sized(std::string_view& rest) {
  const auto size = take(rest, sizeof(std::uint64_t));
  return size ? take(rest, read_big_endian_64(*size).value_or(0)) : std::nullopt;
}

}  // namespace dms::search::extract
