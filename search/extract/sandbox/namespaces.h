#pragma once

// User, mount, network, pid, ipc and uts namespaces (namespaces(7)), without privileges. Inside:
// one user without capabilities, no network, no process but the helper's own, and a file system
// that is empty but for the named paths, all of it read only but for a private folder where one is
// asked for.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace dms::search::extract {

// As fork(): 0 in the new process, which is the first one (pid 1) of new namespaces; there
// enter_file_system() must follow. -1 where the kernel or the machine's settings refuse, as in
// a chroot. Only from a process with one thread.
pid_t fork_into_namespaces();

struct FileSystemPlan {
  std::vector<std::string> readable;  // absent ones are left out; links such as /lib stay links
  std::uint64_t private_bytes = 0;    // room in private_folder; 0: there is none
};

// In that process: maps the user, builds the file system and moves into it. False where any step is
// refused.
bool enter_file_system(const FileSystemPlan& plan, uid_t user, gid_t group);

}  // namespace dms::search::extract
