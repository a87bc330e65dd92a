#pragma once

// User, mount, network, pid, ipc and uts namespaces (namespaces(7)), without privileges. Inside:
// one user without capabilities, no network, no process but the helper's own, and a file system
// that is empty but for the named paths, all of it read only.

#include <sys/types.h>

#include <string>
#include <vector>

namespace dms::search::extract {

// As fork(): 0 in the new process, which is the first one (pid 1) of new namespaces; there
// enter_file_system() must follow. -1 where the kernel or the machine's settings refuse, as in
// a chroot. Only from a process with one thread.
pid_t fork_into_namespaces();

// In that process: maps the user, builds the file system of `readable` (absent paths are left out;
// symbolic links such as /lib stay links) and moves into it. False where any step is refused.
bool enter_file_system(const std::vector<std::string>& readable, uid_t user, gid_t group);

}  // namespace dms::search::extract
