#include "search/extract/sandbox/namespaces.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <filesystem>

#include "search/extract/protocol/unique_fd.h"
#include "search/extract/sandbox/privileges.h"

namespace dms::search::extract {
namespace {

// Where the new root is put together: it covers what was there, in this mount namespace only.
constexpr const char* building_site = "/tmp";

struct Source {
  std::string path;  // absolute
  std::string link;  // the target where it is a symbolic link
  bool directory = false;
  UniqueFd place;  // opened before anything is covered
};

bool write_file(const char* path, const std::string& text) {
  UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool map_user(uid_t user, gid_t group) {
  const std::string inside = std::to_string(nobody_id);
  return write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", inside + " " + std::to_string(user) + " 1") &&
         write_file("/proc/self/gid_map", inside + " " + std::to_string(group) + " 1");
}

std::vector<Source> open_sources(const std::vector<std::string>& paths) {
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    Source source{path, {}, false, {}};
    struct stat attributes {};
    if (::lstat(path.c_str(), &attributes) != 0) continue;
    if (S_ISLNK(attributes.st_mode)) {
      std::error_code error;
      source.link = std::filesystem::read_symlink(path, error).string();
      if (error) continue;
    } else {
      source.directory = S_ISDIR(attributes.st_mode);
      source.place = UniqueFd(::open(path.c_str(), O_PATH | O_CLOEXEC));
      if (!source.place) continue;
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

// The recursive flag reaches what is mounted below /usr as well.
bool make_read_only(const char* path, unsigned flags) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  return ::syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof(attributes)) == 0;
}

bool place_source(const Source& source) {
  const std::string target = building_site + source.path;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(target).parent_path(), error);
  if (error) return false;
  if (!source.link.empty()) return ::symlink(source.link.c_str(), target.c_str()) == 0;
  if (source.directory) {
    std::filesystem::create_directories(target, error);
  } else {
    UniqueFd file(::open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0444));
    if (!file) return false;
  }
  const std::string from = "/proc/self/fd/" + std::to_string(source.place.get());
  return !error && ::mount(from.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0 &&
         make_read_only(target.c_str(), AT_RECURSIVE);
}

}  // namespace

pid_t fork_into_namespaces() {
  constexpr unsigned long flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID |
                                  CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
  // Not unshare(): this process itself must stay as it is for the fallback.
  return static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

bool enter_file_system(const std::vector<std::string>& readable, uid_t user, gid_t group) {
  if (!map_user(user, group)) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const std::vector<Source> sources = open_sources(readable);
  if (::mount("tmpfs", building_site, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755") != 0) {
    return false;
  }
  for (const Source& source : sources) {
    if (!place_source(source)) return false;
  }
  // pivot_root(".", "."): the old root comes to lie over the new one and is taken off
  // (pivot_root(2), NOTES).
  return ::chdir(building_site) == 0 && ::syscall(SYS_pivot_root, ".", ".") == 0 &&
         ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0 && make_read_only("/", 0);
}

}  // namespace dms::search::extract
