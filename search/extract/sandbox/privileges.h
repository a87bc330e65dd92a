#pragma once

// Giving up what a process may do besides its files and calls.

namespace dms::search::extract {

// The uid and gid of "nobody" on Linux, as the kernel itself uses them.
inline constexpr unsigned nobody_id = 65534;

// From root to nobody, for good, without supplementary groups. True too where the process was not
// root. The process stays able to write its own /proc/self/uid_map.
bool drop_root();

// Every capability, from every set, for good, and no_new_privs. False where any is left.
bool drop_capabilities();

}  // namespace dms::search::extract
