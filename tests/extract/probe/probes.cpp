#include "probes.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>

extern char** environ;

namespace dms::test {
namespace {

std::string told(long result) {
  return result >= 0 ? "allowed" : "refused " + std::to_string(errno);
}

long open_any(std::initializer_list<const char*> paths, int flags) {
  for (const char* path : paths) {
    int descriptor = ::open(path, flags, 0600);
    if (descriptor >= 0) return descriptor;
  }
  return -1;
}

long take_memory() {
  constexpr std::size_t bytes = 4ULL << 30U;
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? -1 : 0;
}

long make_code() {
  void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? -1 : 0;
}

long execute(const char* program) {
  std::array<char*, 2> arguments{const_cast<char*>(program), nullptr};
  return ::execve(program, arguments.data(), environ);
}

// Descriptors beyond the three (four) that a child is given.
std::string inherited_descriptors() {
  constexpr int first = 4;
  for (int descriptor = first; descriptor < 1024; ++descriptor) {
    const bool open = ::lseek(descriptor, 0, SEEK_CUR) >= 0 || errno != EBADF;
    if (open) return "allowed " + std::to_string(descriptor);
  }
  return "refused";
}

std::string surroundings() {
  if (::getuid() == 0 || ::geteuid() == 0) return "allowed: root";
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::string_view(*variable) != "LC_ALL=C.UTF-8") return "allowed: environment";
  }
  return "refused";
}

[[noreturn]] void spin() {
  volatile std::uint64_t count = 0;
  for (;;) count = count + 1;
}

void write_to_forbidden_page() {
  void* page = ::mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *static_cast<volatile int*>(page) = 1;
}

[[noreturn]] void wait_for_ever() {
  for (;;) ::poll(nullptr, 0, -1);
}

[[noreturn]] void flood() {
  const std::string block(65536, 'x');
  for (;;) {
    if (::write(STDOUT_FILENO, block.data(), block.size()) <= 0) ::_exit(0);
  }
}

}  // namespace

std::string run_probe(std::string_view name) {
  if (name == "hello") return "hello";
  if (name == "open_secret") return told(open_any({"/etc/passwd", "/etc/shadow"}, O_RDONLY));
  if (name == "open_proc") {
    return told(open_any({"/proc/self/maps", "/proc/1/environ", "/proc/self/mem"}, O_RDONLY));
  }
  if (name == "open_for_writing") {
    return told(
        open_any({"/tmp/x", "/var/tmp/x", "/dev/shm/x", "/usr/x", "x"}, O_WRONLY | O_CREAT));
  }
  if (name == "open_root") return told(::open("/", O_RDONLY | O_DIRECTORY));
  if (name == "socket_inet") return told(::socket(AF_INET, SOCK_STREAM, 0));
  if (name == "socket_unix") return told(::socket(AF_UNIX, SOCK_STREAM, 0));
  if (name == "fork")
    return told(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (name == "exec") return told(execute("/bin/sh"));
  if (name == "exec_python") return told(execute("/usr/bin/env"));
  if (name == "ptrace") return told(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr));
  if (name == "kill_parent") return told(::kill(::getppid(), SIGKILL));
  if (name == "kill_all") return told(::kill(-1, SIGKILL));
  if (name == "new_user_namespace") return told(::unshare(CLONE_NEWUSER));
  if (name == "mount") return told(::mount("tmpfs", "/", "tmpfs", 0, nullptr));
  if (name == "bpf") return told(::syscall(SYS_bpf, BPF_MAP_CREATE, nullptr, 0));
  if (name == "keyctl") return told(::syscall(SYS_keyctl, 0, -3, 0, 0, 0));
  if (name == "io_uring") {
    io_uring_params parameters{};
    return told(::syscall(SYS_io_uring_setup, 4, &parameters));
  }
  if (name == "memory") return told(take_memory());
  if (name == "make_code") return told(make_code());
  if (name == "inherited_descriptors") return inherited_descriptors();
  if (name == "surroundings") return surroundings();
  if (name == "spin") spin();
  if (name == "wait") wait_for_ever();
  if (name == "flood") flood();
  if (name == "crash") {
    ::syscall(SYS_exit_group, 1);
  }
  if (name == "segfault") write_to_forbidden_page();
  return "unknown probe";
}

}  // namespace dms::test
