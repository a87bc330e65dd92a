#include "search/extract/sandbox/confinement.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "search/extract/protocol/unique_fd.h"
#include "search/extract/sandbox/landlock.h"
#include "search/extract/sandbox/namespaces.h"
#include "search/extract/sandbox/privileges.h"

namespace dms::search::extract {
namespace {

// Libraries and the program loader; the tool's own paths come besides.
const std::vector<std::string>& library_paths() {
  static const std::vector<std::string> paths{"/usr/lib", "/usr/lib64", "/usr/local/lib",  "/lib",
                                              "/lib64",   "/lib32",     "/etc/ld.so.cache"};
  return paths;
}

// A file that every system has and no child needs.
constexpr const char* forbidden_file = "/etc/passwd";

constexpr ResourceLimits trial_limits{10, 0, 0, 16};

// As execve() takes them, with a null pointer at the end.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

Entered nothing_holds() {
  return {Entered::Role::serve,
          -1,
          {SandboxStatus::Way::none, "neither namespaces nor Landlock can be had"}};
}

// The exit status or, negative, the signal of a trial run in a process of its own.
template <class Trial>
int outcome_of(Trial trial) {
  pid_t process = ::fork();
  if (process == 0) ::_exit(trial());
  int status = 0;
  if (process < 0 || ::waitpid(process, &status, 0) != process) return exit_not_entered;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Sandbox::Sandbox(SandboxOptions options)
    : options_(std::move(options)),
      strict_(CallFilter::build(Profile::strict)),
      confined_tool_(CallFilter::build(Profile::tool)),
      confined_office_(CallFilter::build(Profile::office)) {}

Entered Sandbox::enter() {
  own_bytes_ = mapped_bytes();
  if (options_.wanted == WayWanted::none || !drop_root()) return nothing_holds();
  if (options_.wanted != WayWanted::landlock) {
    Entered entered = enter_namespaces();
    if (entered.status.way != SandboxStatus::Way::none) return entered;
    if (options_.wanted == WayWanted::namespaces) return nothing_holds();
  }
  if (options_.private_bytes != 0) return nothing_holds();
  return enter_landlock();
}

Entered Sandbox::enter_namespaces() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  std::array<int, 2> ready{-1, -1};
  if (::pipe2(ready.data(), O_CLOEXEC) != 0) return nothing_holds();
  UniqueFd hear(ready[0]);
  UniqueFd tell(ready[1]);
  pid_t process = fork_into_namespaces();
  if (process < 0) return nothing_holds();
  Entered entered{
      Entered::Role::wait,
      process,
      {SandboxStatus::Way::namespaces, "seccomp + user, mount, network, pid, ipc namespaces"}};
  if (process != 0) {
    tell.reset();
    char word = 0;
    if (::read(hear.get(), &word, 1) == 1) return entered;
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    return nothing_holds();
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  std::vector<std::string> visible = library_paths();
  for (const ToolCommand& tool : options_.tools) {
    visible.insert(visible.end(), tool.readable.begin(), tool.readable.end());
    visible.push_back(tool.program);
  }
  // Two tools may be one program, and have the same data.
  std::sort(visible.begin(), visible.end());
  visible.erase(std::unique(visible.begin(), visible.end()), visible.end());
  const FileSystemPlan plan{std::move(visible), options_.private_bytes};
  if (!enter_file_system(plan, user, group) || !finish_entering(entered.status) ||
      ::write(tell.get(), "!", 1) != 1) {
    ::_exit(exit_not_entered);
  }
  entered.role = Entered::Role::serve;
  return entered;
}

Entered Sandbox::enter_landlock() {
  Entered entered{Entered::Role::serve, -1, {SandboxStatus::Way::landlock, "seccomp"}};
  if (landlock_version() == 0 || !finish_entering(entered.status)) return nothing_holds();
  return entered;
}

// Common to both ways: no capability, Landlock wherever it exists, and the proof.
bool Sandbox::finish_entering(SandboxStatus& status) const {
  if (!drop_capabilities() || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return false;
  LandlockPaths paths{{}, library_paths()};
  for (const ToolCommand& tool : options_.tools) {
    paths.readable.insert(paths.readable.end(), tool.readable.begin(), tool.readable.end());
    paths.executable.push_back(tool.program);
  }
  if (options_.private_bytes != 0) paths.writable.emplace_back(private_folder);
  if (landlock_version() != 0) {
    if (!apply_landlock(paths)) return false;
    status.description += " + Landlock " + std::to_string(landlock_version());
  }
  return proves_files_hidden() && proves_strict();
}

bool Sandbox::proves_files_hidden() const {
  return outcome_of([] { return ::open(forbidden_file, O_RDONLY | O_CLOEXEC) < 0 ? 0 : 1; }) == 0;
}

// Not the word of the kernel that the filter is in force, but the thing itself: a visible file
// cannot be opened, and a socket ends the process.
bool Sandbox::proves_strict() const {
  int opening = outcome_of([this] {
    if (!confine_strict(trial_limits, 3)) return 1;
    return ::open("/usr/lib", O_RDONLY | O_CLOEXEC) < 0 ? 0 : 2;
  });
  int connecting = outcome_of([this] {
    if (!confine_strict(trial_limits, 3)) return 1;
    ::socket(AF_INET, SOCK_STREAM, 0);
    return 2;
  });
  return opening == 0 && connecting == -SIGSYS;
}

bool Sandbox::confine(ResourceLimits limits, unsigned first_closed,
                      const CallFilter& filter) const {
  if (::close_range(first_closed, ~0U, 0) != 0) return false;
  // In a pid namespace the parent is pid 1 and takes all with it; here it must be asked for.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return false;
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && apply_limits(limits) && filter.apply();
}

bool Sandbox::confine_strict(ResourceLimits limits, unsigned first_closed) const {
  if (!memory_limits_hold) limits.address_bytes = limits.data_bytes = 0;
  if (limits.address_bytes != 0) limits.address_bytes += own_bytes_;
  if (landlock_version() != 0) {
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (!apply_landlock({})) return false;
  }
  return confine(limits, first_closed, strict_);
}

void Sandbox::become_tool(const ToolCommand& tool, ResourceLimits limits,
                          unsigned first_closed) const {
  std::vector<std::string> words{tool.program};
  words.insert(words.end(), tool.arguments.begin(), tool.arguments.end());
  std::vector<std::string> variables{"LC_ALL=C.UTF-8"};
  variables.insert(variables.end(), tool.environment.begin(), tool.environment.end());
  const std::vector<char*> arguments = pointers_to(words);
  const std::vector<char*> environment = pointers_to(variables);
  const bool writes = tool.files == ToolFiles::private_folder;
  if (confine(limits, first_closed, writes ? confined_office_ : confined_tool_)) {
    ::execve(tool.program.c_str(), arguments.data(), environment.data());
  }
  [[maybe_unused]] ssize_t written =
      ::write(STDERR_FILENO, tool_not_started.data(), tool_not_started.size());
}

}  // namespace dms::search::extract
