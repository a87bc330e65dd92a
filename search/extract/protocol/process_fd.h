#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {

// A descriptor that becomes readable when the child `process` ends (pidfd_open(2); Debian 12's
// <sys/pidfd.h> cannot be used from C++). Empty where there is none.
inline UniqueFd open_process(pid_t process) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
}

}  // namespace dms::search::extract
