#pragma once

// What the halves of the JSON codec share; see json_codec.h.

#include <cstddef>
#include <cstdint>

namespace dms {

enum class JsonProfile : std::uint8_t { record, request };

// Nesting deeper than this is refused in both profiles, before any recursion.
inline constexpr std::size_t json_depth_max = 32;

}  // namespace dms
