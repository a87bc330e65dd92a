#include "dms/replaced_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "dms/small_file.h"

namespace dms {

namespace {

std::string draft_name(const std::string& path) {
  return path + ".new";
}

tl::unexpected<Error> trouble(const std::string& path) {
  return fail(operator_error(ErrorCode::unavailable, path + ": " + std::strerror(errno)));
}

bool write_zeros(int file, off_t size) {
  const std::string zeros(64U << 10U, '\0');
  while (size > 0) {
    const std::size_t part = std::min<std::size_t>(zeros.size(), static_cast<std::size_t>(size));
    const ssize_t written = ::write(file, zeros.data(), part);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    size -= written;
  }
  return ::fsync(file) == 0;
}

Result<void> sync_folder_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/'));
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = directory >= 0 && ::fsync(directory) == 0;
  const int why = errno;
  if (directory >= 0) ::close(directory);
  errno = why;
  if (!is_synced) return trouble(folder);
  return {};
}

// Overwritten only where it has no other name: else its bytes are somebody's.
Result<void> overwrite_and_remove(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0 && errno == ENOENT) return {};
  if (file < 0) return trouble(path);
  struct stat status {};
  const bool is_done =
      ::fstat(file, &status) == 0 && (status.st_nlink > 1 || write_zeros(file, status.st_size));
  const int why = errno;
  ::close(file);
  errno = why;
  if (!is_done || ::unlink(path.c_str()) != 0) return trouble(path);
  return sync_folder_of(path);
}

Result<void> put_in_place(const std::string& draft, const std::string& path) {
  if (::link(path.c_str(), former_file(path).c_str()) != 0 && errno != ENOENT) {
    return trouble(path);
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return trouble(path);
  DMS_TRY(sync_folder_of(path));
  return overwrite_and_remove(former_file(path));
}

}  // namespace

std::string former_file(const std::string& path) {
  return path + ".old";
}

Result<void> finish_replacing(const std::string& path) {
  DMS_TRY(overwrite_and_remove(draft_name(path)));
  return overwrite_and_remove(former_file(path));
}

Result<void> replace_and_overwrite(const std::string& path, std::string_view bytes) {
  DMS_TRY(finish_replacing(path));
  DMS_TRY(create_small_file(draft_name(path), bytes));
  return put_in_place(draft_name(path), path);
}

Result<void> take_place_and_overwrite(const std::string& draft, const std::string& path) {
  DMS_TRY(finish_replacing(path));
  return put_in_place(draft, path);
}

}  // namespace dms
