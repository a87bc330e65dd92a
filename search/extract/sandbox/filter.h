#pragma once

// The system call filters (seccomp) of the two profiles, as allow-lists: what is not named fails
// with ENOSYS, which a C library takes as "try another way"; what only an attack would call ends
// the process with SIGSYS.

#include <cstdint>
#include <vector>

struct sock_filter;  // <linux/filter.h>

namespace dms::search::extract {

enum class Profile : std::uint8_t {
  strict,  // our parsers: compute, read and write what is open; nothing else
  tool,    // one external program: may be started and open files; no new process, no socket
  office   // the same, with a folder to write to and Unix sockets: ToolFiles::private_folder
};

// A filter ready to be put in force: built once, used by every child.
class CallFilter {
 public:
  // Empty where libseccomp fails.
  static CallFilter build(Profile profile);
  CallFilter(CallFilter&&) noexcept;
  CallFilter& operator=(CallFilter&&) noexcept;
  ~CallFilter();

  // For the calling process and for ever; needs no_new_privs. False where it is not in force.
  bool apply() const;

 private:
  CallFilter();
  std::vector<sock_filter> program_;
};

}  // namespace dms::search::extract
