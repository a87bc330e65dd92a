#pragma once

// A small file whose former bytes are to be gone when it was replaced. Files systems give a
// replaced file's blocks back as they are; so the old file keeps a second name until its blocks
// were overwritten, and a kill in between is made up for by finish_replacing().
//
// Best effort: where a disk writes elsewhere instead of over (flash, snapshots, copy-on-write file
// systems) older bytes may stay until the disk needs the room.

#include <string>
#include <string_view>

#include "dms/base/result.h"

namespace dms {

// Puts `bytes` in the place of what the file holds, or creates it: whole or not at all. When it
// returns that is durable, and the former bytes were overwritten. Where it fails either may stand
// there, and finish_replacing() is to be called before the next attempt, which this does itself.
Result<void> replace_and_overwrite(const std::string& path, std::string_view bytes);

// The same with a file that lies beside it already, durable.
Result<void> take_place_and_overwrite(const std::string& draft, const std::string& path);

// Where the former bytes lie until they were overwritten.
std::string former_file(const std::string& path);

// Overwrites and removes what a killed replace_and_overwrite() left beside the file.
Result<void> finish_replacing(const std::string& path);

}  // namespace dms
