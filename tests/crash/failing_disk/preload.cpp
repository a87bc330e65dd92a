// A disk that fails when told so, put under the server with LD_PRELOAD: what the server asks of the
// file system below one folder fails as the control file says. ../failing_disk.h is the other end.
//
// It acts in a program called "aktenwerk" alone, so not in the sandboxed helper.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "control.h"

namespace {

using dms::test::DiskFault;
using dms::test::DiskFaultControl;

enum class Call { write, sync };

DiskFaultControl* control = nullptr;
const char* folder = nullptr;

__attribute__((constructor)) void begin() {
  if (std::strcmp(program_invocation_short_name, "aktenwerk") != 0) return;
  const char* const path = std::getenv(dms::test::disk_fault_control_variable);
  folder = std::getenv(dms::test::disk_fault_folder_variable);
  if (path == nullptr || folder == nullptr) return;
  const int descriptor = ::open(path, O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  void* const mapped =
      ::mmap(nullptr, sizeof(DiskFaultControl), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (mapped != MAP_FAILED) control = static_cast<DiskFaultControl*>(mapped);
}

bool is_below_folder(int descriptor) {
  std::array<char, 64> link{};
  std::array<char, 4096> path{};
  // No allocation and no stream: this runs within any write of the program.
  char* at = link.data() + link.size() - 1;
  int rest = descriptor;
  do {
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  constexpr std::string_view prefix = "/proc/self/fd/";
  at = std::copy_backward(prefix.begin(), prefix.end(), at);
  const long length = ::syscall(SYS_readlink, at, path.data(), path.size());
  const auto folder_length = static_cast<long>(std::strlen(folder));
  return length >= folder_length && std::memcmp(path.data(), folder, std::strlen(folder)) == 0;
}

// What the call is to meet; `none` for what it is not about.
DiskFault fault_of(int descriptor, Call call) {
  if (control == nullptr) return DiskFault::none;
  const auto fault = static_cast<DiskFault>(control->fault.load(std::memory_order_acquire));
  const bool meets = call == Call::write
                         ? fault == DiskFault::write_fails || fault == DiskFault::no_space
                         : fault == DiskFault::sync_fails || fault == DiskFault::sync_lies;
  if (!meets) return DiskFault::none;
  const int before = errno;
  const bool is_ours = is_below_folder(descriptor);
  errno = before;
  if (!is_ours) return DiskFault::none;
  control->struck.fetch_add(1, std::memory_order_acq_rel);
  return fault;
}

template <class Real>
ssize_t write_unless_failing(int descriptor, Real real) {
  const DiskFault fault = fault_of(descriptor, Call::write);
  if (fault == DiskFault::none) return real();
  errno = fault == DiskFault::no_space ? ENOSPC : EIO;
  return -1;
}

template <class Real>
int sync_unless_failing(int descriptor, Real real) {
  const DiskFault fault = fault_of(descriptor, Call::sync);
  if (fault == DiskFault::none) return real();
  if (fault == DiskFault::sync_lies) return 0;
  errno = EIO;
  return -1;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return write_unless_failing(descriptor,
                              [&] { return ::syscall(SYS_write, descriptor, bytes, size); });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return write_unless_failing(
      descriptor, [&] { return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset); });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  return write_unless_failing(descriptor,
                              [&] { return ::syscall(SYS_writev, descriptor, parts, count); });
}

int fsync(int descriptor) {
  return sync_unless_failing(descriptor,
                             [&] { return static_cast<int>(::syscall(SYS_fsync, descriptor)); });
}

int fdatasync(int descriptor) {
  return sync_unless_failing(
      descriptor, [&] { return static_cast<int>(::syscall(SYS_fdatasync, descriptor)); });
}

// Without flags it writes nothing and only tells whether the file system has it; no disk makes that
// fail, and RocksDB (env/io_posix.cc) takes any failure but ENOSYS for a bug of its own.
int sync_file_range(int descriptor, off64_t offset, off64_t size, unsigned flags) {
  const auto real = [&] {
    return static_cast<int>(::syscall(SYS_sync_file_range, descriptor, offset, size, flags));
  };
  return flags == 0 ? real() : sync_unless_failing(descriptor, real);
}

}  // extern "C"
