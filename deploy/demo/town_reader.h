#pragma once

// A town's folder: town.toml (people, correspondents, templates) and a file a story.

#include <string>

#include "deploy/demo/story.h"

namespace dms::demo {

// All days are counted from `today`. `invalid` with file and line where something is wrong. Blocks
// (reads files).
Result<Town> read_town(const std::string& folder, Date today);

}  // namespace dms::demo
