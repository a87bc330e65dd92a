// A disk that fails when told so, put under the server with LD_PRELOAD: what the server asks of the
// file system below one folder fails as the control file says. ../failing_disk.h is the other end.
//
// It acts in a program called "aktenwerk" alone, so not in the sandboxed helper.

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include "control.h"

namespace {

using dms::test::DiskCall;
using dms::test::DiskFault;
using dms::test::DiskFaultControl;

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

using Path = std::array<char, 4096>;

// "" for what has none.
std::string_view path_of(int descriptor, Path& path) {
  std::array<char, 64> link{};
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
  return length < 0 ? std::string_view() : std::string_view(path.data(), std::size_t(length));
}

bool is_of(DiskFault fault, DiskCall call) {
  switch (call) {
    case DiskCall::write:
    case DiskCall::pwrite:
    case DiskCall::writev:
      return fault == DiskFault::write_fails || fault == DiskFault::no_space;
    case DiskCall::fsync:
    case DiskCall::fdatasync:
      return fault == DiskFault::sync_fails || fault == DiskFault::log_syncs_late;
    case DiskCall::sync_file_range:
      return fault == DiskFault::sync_fails;
  }
  return false;
}

// What the call is to meet; `none` for what it is not about.
DiskFault fault_of(int descriptor, DiskCall call) {
  if (control == nullptr) return DiskFault::none;
  const auto fault = static_cast<DiskFault>(control->fault.load(std::memory_order_acquire));
  if (!is_of(fault, call)) return DiskFault::none;
  const int before = errno;
  Path bytes;
  const std::string_view path = path_of(descriptor, bytes);
  errno = before;
  if (!path.starts_with(folder)) return DiskFault::none;
  // RocksDB's own name for it.
  if (fault == DiskFault::log_syncs_late && !path.ends_with(".log")) return DiskFault::none;
  control->struck[static_cast<std::size_t>(call)].fetch_add(1, std::memory_order_acq_rel);
  return fault;
}

// ---- syncs that come late

constexpr long late_by_ns = 40'000'000;

// Descriptors of their own that wait for their sync, the oldest first.
struct LateSyncs {
  struct One {
    int descriptor = -1;
    timespec due{};
  };
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
  std::array<One, 4096> waiting{};
  std::size_t begun = 0;  // of those ever put in
  std::size_t put = 0;
};
LateSyncs late;
pthread_once_t late_thread_once = PTHREAD_ONCE_INIT;

void* sync_what_is_due(void*) {
  while (true) {
    ::pthread_mutex_lock(&late.mutex);
    while (late.begun == late.put) ::pthread_cond_wait(&late.changed, &late.mutex);
    const LateSyncs::One one = late.waiting[late.begun++ % late.waiting.size()];
    ::pthread_mutex_unlock(&late.mutex);
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &one.due, nullptr) == EINTR) {
    }
    ::syscall(SYS_fdatasync, one.descriptor);
    ::close(one.descriptor);
  }
  return nullptr;
}

void begin_late_thread() {
  pthread_t thread{};
  if (::pthread_create(&thread, nullptr, sync_what_is_due, nullptr) == 0) ::pthread_detach(thread);
}

// False where there is no place any more.
bool sync_later(int descriptor) {
  ::pthread_once(&late_thread_once, begin_late_thread);
  LateSyncs::One one;
  one.descriptor = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (one.descriptor < 0) return false;
  ::clock_gettime(CLOCK_MONOTONIC, &one.due);
  one.due.tv_nsec += late_by_ns;
  if (one.due.tv_nsec >= 1'000'000'000) {
    ++one.due.tv_sec;
    one.due.tv_nsec -= 1'000'000'000;
  }
  ::pthread_mutex_lock(&late.mutex);
  const bool has_room = late.put - late.begun < late.waiting.size();
  if (has_room) late.waiting[late.put++ % late.waiting.size()] = one;
  ::pthread_cond_signal(&late.changed);
  ::pthread_mutex_unlock(&late.mutex);
  if (!has_room) ::close(one.descriptor);
  return has_room;
}

template <class Real>
ssize_t write_unless_failing(int descriptor, DiskCall call, Real real) {
  const DiskFault fault = fault_of(descriptor, call);
  if (fault == DiskFault::none) return real();
  errno = fault == DiskFault::no_space ? ENOSPC : EIO;
  return -1;
}

template <class Real>
int sync_unless_failing(int descriptor, DiskCall call, Real real) {
  const DiskFault fault = fault_of(descriptor, call);
  if (fault == DiskFault::none) return real();
  if (fault == DiskFault::log_syncs_late) return sync_later(descriptor) ? 0 : real();
  errno = EIO;
  return -1;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return write_unless_failing(descriptor, DiskCall::write,
                              [&] { return ::syscall(SYS_write, descriptor, bytes, size); });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return write_unless_failing(descriptor, DiskCall::pwrite, [&] {
    return ::syscall(SYS_pwrite64, descriptor, bytes, size, offset);
  });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  return write_unless_failing(descriptor, DiskCall::writev,
                              [&] { return ::syscall(SYS_writev, descriptor, parts, count); });
}

int fsync(int descriptor) {
  return sync_unless_failing(descriptor, DiskCall::fsync,
                             [&] { return static_cast<int>(::syscall(SYS_fsync, descriptor)); });
}

int fdatasync(int descriptor) {
  return sync_unless_failing(descriptor, DiskCall::fdatasync, [&] {
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
  });
}

// Without flags it writes nothing and only tells whether the file system has it; no disk makes that
// fail, and RocksDB (env/io_posix.cc) takes any failure but ENOSYS for a bug of its own.
int sync_file_range(int descriptor, off64_t offset, off64_t size, unsigned flags) {
  const auto real = [&] {
    return static_cast<int>(::syscall(SYS_sync_file_range, descriptor, offset, size, flags));
  };
  return flags == 0 ? real() : sync_unless_failing(descriptor, DiskCall::sync_file_range, real);
}

}  // extern "C"
