#pragma once

// Zip files in memory: what office documents are. Hides libarchive.

#include <string>
#include <vector>

#include "dms/base/result.h"

namespace dms::demo {

struct ZipPart {
  std::string name;
  std::string bytes;
};

// The parts in their order, uncompressed. `internal` where the library fails.
Result<std::string> make_zip(const std::vector<ZipPart>& parts);

}  // namespace dms::demo
