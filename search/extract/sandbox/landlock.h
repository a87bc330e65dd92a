#pragma once

// Landlock (Linux 5.13 and later, Documentation/userspace-api/landlock.rst): rights on files that a
// process gives up for itself and its children, without privileges. Debian 12's headers know only
// the first two versions of it; the numbers of the later ones stand in landlock.cpp.

#include <string>
#include <vector>

namespace dms::search::extract {

struct LandlockPaths {
  std::vector<std::string> readable;       // files, and directories with all below
  std::vector<std::string> executable;     // likewise; readable too
  std::vector<std::string> writable = {};  // directories: readable too, and all below is to be
                                           // made, changed and removed; nothing is executed
};

// The kernel's version of Landlock; 0 where it is absent or switched off.
int landlock_version();

// Takes from the calling process every right on files but those named (absent paths are left out),
// and where the kernel knows them also TCP ports, abstract sockets and signals to others. Opened
// descriptors keep working. For ever; needs no_new_privs. False where it is not in force.
bool apply_landlock(const LandlockPaths& paths);

}  // namespace dms::search::extract
