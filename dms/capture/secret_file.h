#pragma once

// Secrets that an operator puts into files beside the configuration: passwords, client secrets,
// tokens.

#include <string>

#include "dms/base/result.h"
#include "dms/base/secret.h"

namespace dms {

// The file's first line. `unavailable` where it cannot be read, is empty, longer than 16 KiB or
// open to others (a systemd credential may be); the hint names the file, never what is in it.
Result<Secret> read_secret_file(const std::string& path);

}  // namespace dms
