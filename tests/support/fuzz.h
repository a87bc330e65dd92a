#pragma once

// What fuzz targets share.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace dms::test {

inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace dms::test

// Ends the process where a property that must hold does not, in every build type.
#define FUZZ_REQUIRE(...)                                                                   \
  do {                                                                                      \
    if (!(__VA_ARGS__)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #__VA_ARGS__); \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
