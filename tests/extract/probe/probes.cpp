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
#include <sys/stat.h>
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

// Writes to the only folder there is until it says no: told how much it took.
std::string fill_folder() {
  const std::string block(65536, 'x');
  std::size_t taken = 0;
  for (int file = 0; file < 64; ++file) {
    const std::string path = "/tmp/file" + std::to_string(file);
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    // Beyond a file's own limit there is a signal, of which we die: it is not gone beyond.
    for (std::size_t size = 0; size + block.size() < 1U << 20U; size += block.size()) {
      const ssize_t written = ::write(descriptor, block.data(), block.size());
      if (written <= 0) return "refused after " + std::to_string(taken);
      taken += static_cast<std::size_t>(written);
    }
    ::close(descriptor);
  }
  return "allowed " + std::to_string(taken);
}

std::string exec_own_file() {
  const int descriptor = ::open("/tmp/program", O_WRONLY | O_CREAT, 0700);
  if (descriptor < 0 || ::write(descriptor, "#!/bin/sh\n", 10) != 10) return "refused, no file";
  ::close(descriptor);
  return told(execute("/tmp/program"));
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
  if (name == "asked") return "asked";  // the helper puts in its place what it was asked for
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
  if (name == "connect_inet_through_unix") return told(::socket(AF_INET6, SOCK_DGRAM, 0));
  if (name == "socket_netlink") return told(::socket(AF_NETLINK, SOCK_RAW, 0));
  if (name == "private_file") return told(open_any({"/tmp/x"}, O_RDWR | O_CREAT));
  if (name == "write_elsewhere") {
    return told(
        open_any({"/var/tmp/x", "/dev/shm/x", "/usr/x", "/x", "/usr/lib/x"}, O_WRONLY | O_CREAT));
  }
  if (name == "fill_folder") return fill_folder();
  if (name == "shared_memory") {
    void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return told(memory == MAP_FAILED ? -1 : 0);
  }
  if (name == "memory_file") return told(::syscall(SYS_memfd_create, "x", 0));
  if (name == "make_device") return told(::mknod("/tmp/device", S_IFCHR | 0600, 0x103));
  if (name == "exec_own_file") return exec_own_file();
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
