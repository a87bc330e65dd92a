#include "search/extract/sandbox/filter.h"

#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <span>
#include <string_view>

#include "search/extract/protocol/unique_fd.h"
#include "search/extract/sandbox/limits.h"

namespace dms::search::extract {
namespace {

// Names, not numbers: libseccomp knows them for every architecture, and tells of those it has not.
using Names = std::span<const char* const>;

// Computing, memory, and what is already open. fstat by number only: newfstatat takes paths.
constexpr const char* base_calls[] = {
    "read",          "readv",           "pread64",      "preadv",         "write",
    "writev",        "lseek",           "_llseek",      "close",          "fstat",
    "poll",          "ppoll",           "brk",          "munmap",         "mremap",
    "madvise",       "futex",           "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sigaltstack",   "restart_syscall", "sched_yield",  "sysinfo",        "sched_getaffinity",
    "clock_gettime", "clock_getres",    "gettimeofday", "time",           "getrandom",
    "getpid",        "gettid",          "getppid",      "getuid",         "geteuid",
    "getgid",        "getegid",         "getrlimit",    "getrusage",      "times",
    "exit",          "exit_group"};

// Libraries ask for files (a locale, a converter, a time zone) and go on without.
constexpr const char* file_calls[] = {"open",     "openat",     "openat2",   "stat",
                                      "lstat",    "newfstatat", "statx",     "statfs",
                                      "fstatfs",  "access",     "faccessat", "faccessat2",
                                      "readlink", "readlinkat", "getcwd",    "getdents64"};

// Before the undefined-behaviour sanitizer looks at an object's type it tries the memory by a pipe.
constexpr const char* sanitizer_calls[] = {"pipe", "pipe2"};

constexpr const char* mapping_calls[] = {"mmap", "mmap2"};

// What a program needs besides to be loaded and to read its data.
constexpr const char* tool_calls[] = {"execve",
                                      "arch_prctl",
                                      "set_tid_address",
                                      "set_robust_list",
                                      "rseq",
                                      "mprotect",
                                      "fcntl",
                                      "dup",
                                      "dup2",
                                      "dup3",
                                      "pipe2",
                                      "fadvise64",
                                      "uname",
                                      "umask",
                                      "sched_setaffinity",
                                      "nanosleep",
                                      "clock_nanosleep",
                                      "membarrier"};

// No parser and no reader of PDFs has business with these.
constexpr const char* hostile_calls[] = {"fork",
                                         "vfork",
                                         "execveat",
                                         "socket",
                                         "socketpair",
                                         "connect",
                                         "bind",
                                         "listen",
                                         "accept",
                                         "accept4",
                                         "sendto",
                                         "sendmsg",
                                         "sendmmsg",
                                         "recvmsg",
                                         "recvmmsg",
                                         "ptrace",
                                         "process_vm_readv",
                                         "process_vm_writev",
                                         "process_madvise",
                                         "kcmp",
                                         "kill",
                                         "tkill",
                                         "rt_sigqueueinfo",
                                         "rt_tgsigqueueinfo",
                                         "pidfd_open",
                                         "pidfd_getfd",
                                         "pidfd_send_signal",
                                         "mount",
                                         "umount2",
                                         "move_mount",
                                         "open_tree",
                                         "fsopen",
                                         "fsmount",
                                         "fsconfig",
                                         "mount_setattr",
                                         "pivot_root",
                                         "chroot",
                                         "unshare",
                                         "setns",
                                         "bpf",
                                         "perf_event_open",
                                         "io_uring_setup",
                                         "io_uring_enter",
                                         "io_uring_register",
                                         "keyctl",
                                         "add_key",
                                         "request_key",
                                         "userfaultfd",
                                         "init_module",
                                         "finit_module",
                                         "delete_module",
                                         "kexec_load",
                                         "kexec_file_load",
                                         "reboot",
                                         "swapon",
                                         "swapoff",
                                         "setuid",
                                         "setgid",
                                         "setreuid",
                                         "setregid",
                                         "setresuid",
                                         "setresgid",
                                         "setgroups",
                                         "capset",
                                         "setsid",
                                         "setpgid",
                                         "personality",
                                         "acct",
                                         "quotactl",
                                         "syslog",
                                         "open_by_handle_at",
                                         "name_to_handle_at",
                                         "memfd_create",
                                         "memfd_secret",
                                         "fanotify_init",
                                         "iopl",
                                         "ioperm",
                                         "lookup_dcookie",
                                         "unlink",
                                         "unlinkat",
                                         "rename",
                                         "renameat",
                                         "renameat2",
                                         "mkdir",
                                         "mkdirat",
                                         "link",
                                         "linkat",
                                         "symlink",
                                         "symlinkat",
                                         "mknod",
                                         "mknodat"};

// What an office program does besides, in the one folder it may write to and within itself.
constexpr const char* office_calls[] = {
    "mkdir",       "mkdirat",       "rmdir",      "unlink",     "unlinkat",  "rename",
    "renameat",    "renameat2",     "ftruncate",  "truncate",   "fsync",     "fdatasync",
    "fallocate",   "pwrite64",      "pwritev",    "chmod",      "fchmod",    "fchmodat",
    "utimensat",   "flock",         "chdir",      "eventfd2",   "epoll_ctl", "epoll_wait",
    "epoll_pwait", "epoll_create1", "bind",       "listen",     "accept",    "accept4",
    "connect",     "sendto",        "sendmsg",    "recvfrom",   "recvmsg",   "shutdown",
    "getsockname", "getpeername",   "setsockopt", "getsockopt", "wait4"};

// As on a file system without hard links, which it does without.
constexpr const char* office_links[] = {"link", "linkat"};

struct Release {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

bool add(const Context& context, std::uint32_t action, Names names) {
  return std::all_of(names.begin(), names.end(), [&](const char* name) {
    int number = ::seccomp_syscall_resolve_name(name);
    // Negative: not on this architecture, or not known to this libseccomp; the default refuses it.
    return number < 0 || ::seccomp_rule_add(context.get(), action, number, 0) == 0;
  });
}

constexpr scmp_arg_cmp argument(unsigned place, scmp_compare compare, scmp_datum_t first,
                                scmp_datum_t second = 0) {
  return {place, compare, first, second};
}

bool add_if(const Context& context, const char* name, scmp_arg_cmp condition) {
  int number = ::seccomp_syscall_resolve_name(name);
  return number < 0 ||
         ::seccomp_rule_add_array(context.get(), SCMP_ACT_ALLOW, number, 1, &condition) == 0;
}

// The hostile calls that the profile does not need itself.
std::vector<const char*> hostile_in(Profile profile) {
  std::vector<const char*> hostile;
  for (const char* name : hostile_calls) {
    const auto same = [&](const char* other) { return std::string_view(name) == other; };
    const bool is_needed = profile == Profile::office &&
                           (same("socket") || same("socketpair") ||
                            std::any_of(std::begin(office_links), std::end(office_links), same) ||
                            std::any_of(std::begin(office_calls), std::end(office_calls), same));
    if (!is_needed) hostile.push_back(name);
  }
  return hostile;
}

bool add_common(const Context& context, Profile profile) {
  constexpr const char* signal_self[] = {"tgkill"};  // abort(); it ends the process without, too
  return add(context, SCMP_ACT_ALLOW, base_calls) &&
         add(context, SCMP_ACT_KILL_PROCESS, hostile_in(profile)) &&
         add(context, SCMP_ACT_ERRNO(EPERM), signal_self) &&
         add_if(context, "prlimit64", argument(2, SCMP_CMP_EQ, 0)) &&  // reading a limit only
         add_if(context, "ioctl", argument(1, SCMP_CMP_EQ, TCGETS));
}

bool add_strict(const Context& context) {
  constexpr const char* starting[] = {"execve", "clone", "clone3"};
  return add(context, SCMP_ACT_KILL_PROCESS, starting) &&
         add(context, SCMP_ACT_ERRNO(EACCES), file_calls) &&
         add_if(context, "mmap", argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
         add_if(context, "mmap2", argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
         add_if(context, "mprotect", argument(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) &&
         (!is_sanitized || add(context, SCMP_ACT_ALLOW, sanitizer_calls));
}

// Any other family of sockets fails: a library that asks for one goes on without. Memory that is
// shared and no file's would escape the limit of memory.
bool add_office(const Context& context) {
  constexpr scmp_datum_t kind = MAP_SHARED | MAP_PRIVATE;
  constexpr scmp_datum_t kind_and_source = kind | MAP_ANONYMOUS;
  bool done = add(context, SCMP_ACT_ALLOW, office_calls) &&
              add(context, SCMP_ACT_ERRNO(EPERM), office_links);
  for (const char* mapping : mapping_calls) {
    done = done && add_if(context, mapping, argument(3, SCMP_CMP_MASKED_EQ, kind, MAP_PRIVATE)) &&
           add_if(context, mapping, argument(3, SCMP_CMP_MASKED_EQ, kind_and_source, MAP_SHARED));
  }
  for (const char* socket : {"socket", "socketpair"}) {
    done = done && add_if(context, socket, argument(0, SCMP_CMP_EQ, AF_UNIX));
  }
  // The name of a thread of one's own.
  return done && add_if(context, "prctl", argument(0, SCMP_CMP_EQ, PR_SET_NAME));
}

bool add_tool(const Context& context, Profile profile) {
  // Threads are allowed, processes are not: nothing can outlive or escape the one that is watched.
  // clone3 hides its flags from the filter: ENOSYS by default, and glibc falls back to clone.
  const bool mapped = profile == Profile::office ? add_office(context)
                                                 : add(context, SCMP_ACT_ALLOW, mapping_calls);
  return mapped && add(context, SCMP_ACT_ALLOW, tool_calls) &&
         add(context, SCMP_ACT_ALLOW, file_calls) &&
         add_if(context, "clone", argument(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
}

}  // namespace

CallFilter::CallFilter() = default;
CallFilter::CallFilter(CallFilter&&) noexcept = default;
CallFilter& CallFilter::operator=(CallFilter&&) noexcept = default;
CallFilter::~CallFilter() = default;

CallFilter CallFilter::build(Profile profile) {
  CallFilter filter;
  Context context(::seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  if (!context || !add_common(context, profile)) return filter;
  if (!(profile == Profile::strict ? add_strict(context) : add_tool(context, profile)))
    return filter;
  UniqueFd memory(::memfd_create("aktenwerk-filter", MFD_CLOEXEC));
  if (!memory || ::seccomp_export_bpf(context.get(), memory.get()) != 0) return filter;
  off_t bytes = ::lseek(memory.get(), 0, SEEK_END);
  if (bytes <= 0 || bytes % static_cast<off_t>(sizeof(sock_filter)) != 0) return filter;
  std::vector<sock_filter> program(static_cast<std::size_t>(bytes) / sizeof(sock_filter));
  if (::pread(memory.get(), program.data(), static_cast<std::size_t>(bytes), 0) != bytes) {
    return filter;
  }
  filter.program_ = std::move(program);
  return filter;
}

bool CallFilter::apply() const {
  if (program_.empty()) return false;
  sock_fprog program{static_cast<unsigned short>(program_.size()),
                     const_cast<sock_filter*>(program_.data())};
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

}  // namespace dms::search::extract
