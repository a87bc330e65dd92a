#include "search/extract/sandbox/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

namespace dms::search::extract {

bool drop_root() {
  if (::geteuid() != 0 && ::getuid() != 0) return true;
  if (::setgroups(0, nullptr) != 0 || ::setresgid(nobody_id, nobody_id, nobody_id) != 0 ||
      ::setresuid(nobody_id, nobody_id, nobody_id) != 0) {
    return false;
  }
  // A change of uid gives /proc/self to root; a user namespace's maps are written there.
  return ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

bool drop_capabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (unsigned long capability = 0; capability < 64; ++capability) {
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);  // fails past the last, and without CAP_SETPCAP
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (::syscall(SYS_capset, &header, sets.data()) != 0) return false;
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return false;
  for (const auto& set : sets) {
    if ((set.effective | set.permitted | set.inheritable) != 0) return false;
  }
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

}  // namespace dms::search::extract
