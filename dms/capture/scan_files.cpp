#include "dms/capture/scan_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "dms/base/capture_config.h"
#include "dms/exchange/beneath.h"

namespace dms {

namespace {

constexpr mode_t new_folder_mode = S_IRWXU | S_IRWXG;  // less what the umask takes
constexpr mode_t new_file_mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;
constexpr int free_names_tried = 1000;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

// "brief.pdf" → "brief (2).pdf"
std::string numbered(const std::string& name, int number) {
  if (number == 1) return name;
  const std::size_t point = name.rfind('.');
  const std::size_t end = point == std::string::npos || point == 0 ? name.size() : point;
  return name.substr(0, end) + " (" + std::to_string(number) + ")" + name.substr(end);
}

// False with EEXIST where the new name is taken. Some network file systems cannot say that in one
// step; we alone write there.
bool rename_to_free(int from, const std::string& name, int to, const std::string& free) {
  if (::syscall(SYS_renameat2, from, name.c_str(), to, free.c_str(), RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) return false;
  struct stat status {};
  if (::fstatat(to, free.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    errno = EEXIST;
    return false;
  }
  return ::renameat(from, name.c_str(), to, free.c_str()) == 0;
}

bool write_text(int folder, const std::string& name, std::string_view text) {
  const ScanDescriptor file(
      exchange::open_beneath(folder, name, O_WRONLY | O_CREAT | O_EXCL, new_file_mode));
  if (!file.is_open()) return false;
  return ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ::fsync(file.get()) == 0;
}

}  // namespace

ScanDescriptor::~ScanDescriptor() {
  if (number_ >= 0) ::close(number_);
}

ScanDescriptor::ScanDescriptor(ScanDescriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)) {}

ScanDescriptor& ScanDescriptor::operator=(ScanDescriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

FileMark mark_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_size),
          status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_ino};
}

tl::unexpected<Error> ScanFiles::trouble(std::string_view what) const {
  return fail(operator_error(ErrorCode::unavailable,
                             path_ + ": " + std::string(what) + ": " + std::strerror(errno)));
}

Result<ScanFiles> ScanFiles::open(const std::string& folder, const std::string& subfolder) {
  ScanFiles files(
      ScanDescriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)),
      folder);
  if (!files.folder_.is_open()) return files.trouble("folder");
  files.folder_ = ScanDescriptor(
      exchange::open_beneath(files.folder_.get(), subfolder, O_RDONLY | O_DIRECTORY, 0));
  files.path_ += "/" + subfolder;
  if (!files.folder_.is_open()) return files.trouble("folder");
  return files;
}

Result<std::vector<FoundFile>> ScanFiles::list(std::size_t count_max) const {
  const int own = exchange::open_beneath(folder_.get(), ".", O_RDONLY | O_DIRECTORY, 0);
  const std::unique_ptr<DIR, CloseFolder> folder(own < 0 ? nullptr : ::fdopendir(own));
  if (folder == nullptr) {
    if (own >= 0) ::close(own);
    return trouble("list");
  }
  std::vector<FoundFile> found;
  for (errno = 0; const dirent* entry = ::readdir(folder.get()); errno = 0) {
    struct stat status {};
    if (entry->d_name[0] == '.' || found.size() == count_max) continue;
    if (::fstatat(folder_.get(), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISDIR(status.st_mode)) continue;
    found.push_back({entry->d_name, mark_of(status)});
  }
  if (errno != 0) return trouble("list");
  std::sort(found.begin(), found.end(),
            [](const FoundFile& a, const FoundFile& b) { return a.name < b.name; });
  return found;
}

bool ScanFiles::has(const std::string& name) const {
  struct stat status {};
  return ::fstatat(folder_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ||
         errno != ENOENT;
}

Result<ScanDescriptor> ScanFiles::open_file(const std::string& name) const {
  ScanDescriptor file(exchange::open_beneath(folder_.get(), name, O_RDONLY | O_NONBLOCK, 0));
  struct stat status {};
  if (!file.is_open()) {
    switch (errno) {
      case ENOENT:
        return fail(ErrorCode::not_found, "Die Datei ist nicht mehr da.", "The file is gone.");
      case ELOOP:
        return fail(ErrorCode::invalid, "Das ist ein Verweis auf eine andere Datei (Symlink).",
                    "This is a symbolic link.");
      case EACCES:
      case EPERM:
        return fail(ErrorCode::invalid, "Aktenwerk darf diese Datei nicht lesen.",
                    "There is no right to read this file.");
      case ENXIO:
      case ENODEV:
        return fail(ErrorCode::invalid, "Das ist keine gewöhnliche Datei.",
                    "This is no regular file.");
      default:
        return trouble("open a file");
    }
  }
  if (::fstat(file.get(), &status) != 0) return trouble("open a file");
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::invalid, "Das ist keine gewöhnliche Datei.", "This is no regular file.");
  }
  return file;
}

Result<ScanDescriptor> ScanFiles::open_folder(std::string_view name) const {
  const std::string folder(name);
  if (::mkdirat(folder_.get(), folder.c_str(), new_folder_mode) != 0 && errno != EEXIST) {
    return trouble("make folder " + folder);
  }
  ScanDescriptor opened(exchange::open_beneath(folder_.get(), folder, O_RDONLY | O_DIRECTORY, 0));
  if (!opened.is_open()) return trouble("folder " + folder);
  return opened;
}

Result<std::string> ScanFiles::move(const std::string& name, std::string_view into) {
  const ScanDescriptor target = DMS_TRY(open_folder(into));
  for (int number = 1; number <= free_names_tried; ++number) {
    std::string free = numbered(name, number);
    if (!rename_to_free(folder_.get(), name, target.get(), free)) {
      if (errno == EEXIST) continue;
      return trouble("move a file");
    }
    // A move that a power cut takes back would have the file taken in again.
    if (::fsync(target.get()) != 0 || ::fsync(folder_.get()) != 0) return trouble("sync");
    return free;
  }
  errno = EEXIST;
  return trouble("move a file");
}

Result<void> ScanFiles::put_aside(const std::string& name, std::string_view reason) {
  const std::string moved = DMS_TRY(move(name, scan_failed_folder));
  const ScanDescriptor target = DMS_TRY(open_folder(scan_failed_folder));
  const std::string text = std::string(reason) + "\n";
  const std::string note = moved + ".grund.txt";
  ::unlinkat(target.get(), note.c_str(), 0);  // of a file that somebody has taken away
  // Too long a name, a full disk: the file lies there all the same.
  static_cast<void>(write_text(target.get(), note, text));
  return {};
}

}  // namespace dms
