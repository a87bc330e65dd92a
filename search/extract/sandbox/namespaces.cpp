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
#include "search/extract/sandbox/tool.h"

namespace dms::search::extract {
namespace {

// Where the new root is put together: it covers what was there, in this mount namespace only.
constexpr const char* building_site = "/tmp";

struct Source {
  std::string path;  // absolute
  std::string link;  // the target where it is a symbolic link
  bool directory = false;
  bool device = false;
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
    Source source{path, {}, false, false, {}};
    struct stat attributes {};
    if (::lstat(path.c_str(), &attributes) != 0) continue;
    if (S_ISLNK(attributes.st_mode)) {
      std::error_code error;
      source.link = std::filesystem::read_symlink(path, error).string();
      if (error) continue;
    } else {
      source.directory = S_ISDIR(attributes.st_mode);
      source.device = S_ISCHR(attributes.st_mode);
      source.place = UniqueFd(::open(path.c_str(), O_PATH | O_CLOEXEC));
      if (!source.place) continue;
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

// The recursive flag reaches what is mounted below /usr as well.
bool make_read_only(const char* path, unsigned flags, bool is_device = false) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
  if (!is_device) attributes.attr_set |= MOUNT_ATTR_NODEV;
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
    // In a directory that is there already, as a program below /usr/lib.
    struct stat present {};
    if (::lstat(target.c_str(), &present) == 0) return true;
    UniqueFd file(::open(target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0444));
    if (!file) return false;
  }
  const std::string from = "/proc/self/fd/" + std::to_string(source.place.get());
  return !error && ::mount(from.c_str(), target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0 &&
         make_read_only(target.c_str(), AT_RECURSIVE, source.device);
}

// Its bytes count as memory; what does not fit fails as on a full disk.
bool make_private_folder(std::uint64_t bytes) {
  const std::string target = std::string(building_site) + private_folder;
  const std::string options = "mode=0700,nr_inodes=20000,size=" + std::to_string(bytes);
  return ::mkdir(target.c_str(), S_IRWXU) == 0 &&
         ::mount("tmpfs", target.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                 options.c_str()) == 0;
}

}  // namespace

pid_t fork_into_namespaces() {
  constexpr unsigned long flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID |
                                  CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
  // Not unshare(): this process itself must stay as it is for the fallback.
  return static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

bool enter_file_system(const FileSystemPlan& plan, uid_t user, gid_t group) {
  if (!map_user(user, group)) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  const std::vector<Source> sources = open_sources(plan.readable);
  if (::mount("tmpfs", building_site, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755") != 0) {
    return false;
  }
  for (const Source& source : sources) {
    if (!place_source(source)) return false;
  }
  if (plan.private_bytes != 0 && !make_private_folder(plan.private_bytes)) return false;
  // pivot_root(".", "."): the old root comes to lie over the new one and is taken off
  // (pivot_root(2), NOTES).
  return ::chdir(building_site) == 0 && ::syscall(SYS_pivot_root, ".", ".") == 0 &&
         ::umount2(".", MNT_DETACH) == 0 && ::chdir("/") == 0 && make_read_only("/", 0);
}

}  // namespace dms::search::extract
