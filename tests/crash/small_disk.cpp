#include "small_disk.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/types.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace dms::test {

namespace {

// fs/ext4/ext4.h: EXT4_IOC_SHUTDOWN, and its flag for "without writing the journal out first".
constexpr unsigned long ext4_shutdown = _IOR('X', 125, __u32);
constexpr __u32 without_journal = 2;

[[noreturn]] void give_up(const std::string& what) {
  fmt::print(stderr, "small_disk: {}: {}\n", what, std::strerror(errno));
  std::abort();
}

void run(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  int status = 0;
  if (posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0 ||
      ::waitpid(pid, &status, 0) != pid || status != 0) {
    give_up(arguments[0] + " failed");
  }
}

// A program that was killed a moment ago may still be letting go of its files.
void unmount(const std::filesystem::path& folder) {
  for (int i = 0; i < 100; ++i) {
    if (::umount(folder.c_str()) == 0) return;
    if (errno != EBUSY) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  give_up("unmount " + folder.string());
}

}  // namespace

SmallDisk::SmallDisk(std::uint64_t bytes) : folder_(temporary_ / "disk") {
  std::filesystem::create_directory(folder_);
  const std::string size = fmt::format("size={}", bytes);
  if (::mount("none", folder_.c_str(), "tmpfs", 0, size.c_str()) != 0) give_up("mount a tmpfs");
}

SmallDisk::~SmallDisk() {
  unmount(folder_);
}

std::uint64_t SmallDisk::free_bytes() const {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0) give_up("statvfs");
  return disk.f_bavail * disk.f_frsize;
}

void SmallDisk::fill_but(std::uint64_t bytes) {
  const std::filesystem::path filler = folder_ / "filler";
  const int descriptor = ::open(filler.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  // Others write meanwhile: what did not fit is tried again with less.
  for (std::uint64_t left = free_bytes(); left > bytes; left = free_bytes()) {
    const off_t end = ::lseek(descriptor, 0, SEEK_END);
    const int failed = ::posix_fallocate(descriptor, end, static_cast<off_t>(left - bytes));
    if (failed != 0 && failed != ENOSPC) give_up("fill the disk");
  }
  ::close(descriptor);
}

void SmallDisk::make_room() {
  std::filesystem::remove(folder_ / "filler");
}

CutDisk::CutDisk(std::uint64_t bytes) : image_(temporary_ / "image"), folder_(temporary_ / "disk") {
  std::filesystem::create_directory(folder_);
  const int descriptor = ::open(image_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0 || ::ftruncate(descriptor, static_cast<off_t>(bytes)) != 0) {
    give_up("make an image");
  }
  ::close(descriptor);
  run({"mkfs.ext4", "-q", image_.string()});
  mount();
}

CutDisk::~CutDisk() {
  unmount(folder_);
}

void CutDisk::mount() const {
  run({"mount", "-o", "loop", image_.string(), folder_.string()});
}

void CutDisk::cut_power() {
  const int descriptor = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  __u32 flags = without_journal;
  if (descriptor < 0 || ::ioctl(descriptor, ext4_shutdown, &flags) != 0) give_up("cut the power");
  ::close(descriptor);
}

void CutDisk::power_on() {
  unmount(folder_);
  mount();
}

}  // namespace dms::test
