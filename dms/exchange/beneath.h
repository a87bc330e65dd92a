#pragma once

// INTERNAL to dms: opening what lies below a folder, and never anything else.

#include <string>

namespace dms::exchange {

// As open(2) with O_CLOEXEC, below the folder `root`: no symbolic link is followed and no way leads
// out. -1 with errno where that fails.
int open_beneath(int root, const std::string& path, int flags, unsigned mode);

}  // namespace dms::exchange
