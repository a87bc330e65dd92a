#pragma once

// Real data beside the source tree, which tests read and the project does not contain.

#include <cstdlib>
#include <filesystem>
#include <string>

namespace dms::test {

// The folder named by AKTENWERK_SHARED_DATA, else ../shared/data beside the source root. May be
// absent; then the test skips and says so.
inline std::filesystem::path shared_data(const std::string& source_root) {
  const char* named = std::getenv("AKTENWERK_SHARED_DATA");
  if (named != nullptr && *named != '\0') return named;
  return std::filesystem::path(source_root) / ".." / "shared" / "data";
}

}  // namespace dms::test
