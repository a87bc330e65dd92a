#include "dms/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "dms/base/bytes.h"
#include "dms/base/random.h"

namespace dms {

namespace {

constexpr mode_t for_its_owner = S_IRUSR | S_IWUSR;

tl::unexpected<Error> trouble(const std::string& path, std::string_view what) {
  return fail(operator_error(ErrorCode::unavailable, path + ": " + std::string(what)));
}

tl::unexpected<Error> system_trouble(const std::string& path) {
  return trouble(path, std::strerror(errno));
}

// Owns a descriptor.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, for_its_owner)) {}
  ~OpenFile() {
    if (number_ >= 0) ::close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  bool is_open() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

Result<void> sync_folder_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/'));
  const OpenFile directory(folder, O_RDONLY | O_DIRECTORY);
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return system_trouble(folder);
  return {};
}

}  // namespace

Result<std::optional<std::string>> read_small_file(const std::string& path, std::size_t bytes_max) {
  const OpenFile file(path, O_RDONLY | O_NONBLOCK);
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return system_trouble(path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_trouble(path);
  if (!S_ISREG(status.st_mode)) return trouble(path, "is no regular file");
  std::string text;
  std::string block(64U << 10U, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_trouble(path);
    if (got == 0) return std::optional(std::move(text));
    text.append(block, 0, static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      Error error =
          make_error(ErrorCode::too_large, "Die Datei ist zu groß.", "The file is too large.");
      error.hint = path;
      return fail(std::move(error));
    }
  }
}

Result<void> create_small_file(const std::string& path, std::string_view text) {
  {
    const OpenFile file(path, O_WRONLY | O_CREAT | O_EXCL);
    if (!file.is_open() && errno == EEXIST) {
      return fail(operator_error(ErrorCode::conflict, path + ": is there already"));
    }
    if (!file.is_open() || !write_all(file.get(), text)) return system_trouble(path);
  }
  return sync_folder_of(path);
}

Result<void> replace_small_file(const std::string& path, std::string_view text) {
  const std::string draft = path + ".new-" + to_hex(random_bytes(8));
  DMS_TRY(create_small_file(draft, text));
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    const int why = errno;
    ::unlink(draft.c_str());
    return trouble(path, std::strerror(why));
  }
  return sync_folder_of(path);
}

Result<void> append_to_small_file(const std::string& path, std::size_t size,
                                  std::string_view text) {
  const auto end = static_cast<off_t>(size);
  {
    const OpenFile file(path, O_WRONLY | O_CREAT);
    if (!file.is_open() || ::ftruncate(file.get(), end) != 0 ||
        ::lseek(file.get(), end, SEEK_SET) != end) {
      return system_trouble(path);
    }
    if (!write_all(file.get(), text)) {
      const int why = errno;
      // What was written of it would be a torn line; worth a try.
      [[maybe_unused]] const int cut = ::ftruncate(file.get(), end);
      return trouble(path, std::strerror(why));
    }
  }
  return sync_folder_of(path);
}

}  // namespace dms
