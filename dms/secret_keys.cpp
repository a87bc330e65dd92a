#include "dms/secret_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "dms/base/bytes.h"
#include "dms/base/random.h"

namespace dms {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr mode_t open_to_others = S_IRWXG | S_IRWXO;

tl::unexpected<Error> key_trouble(const std::string& path, std::string_view what) {
  return fail(operator_error(ErrorCode::unavailable, path + ": " + std::string(what)));
}

tl::unexpected<Error> system_trouble(const std::string& path) {
  return key_trouble(path, std::strerror(errno));
}

// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Result<void> check_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return system_trouble(folder);
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) return system_trouble(folder);
  if (!S_ISDIR(status.st_mode)) return key_trouble(folder, "is no folder");
  if ((status.st_mode & open_to_others) != 0) {
    return key_trouble(folder, "is open to others; it must have mode 0700");
  }
  return {};
}

// The key in `path`; nullopt where there is no such file.
Result<std::optional<Secret>> read_key(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<Secret>();
    return system_trouble(path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_trouble(path);
  if (!S_ISREG(status.st_mode)) return key_trouble(path, "is no regular file");
  if ((status.st_mode & open_to_others) != 0) {
    return key_trouble(path, "is open to others; it must have mode 0600");
  }
  std::string bytes(key_bytes, '\0');
  const ssize_t got = ::read(file.get(), bytes.data(), bytes.size());
  if (got < 0) return system_trouble(path);
  if (static_cast<std::size_t>(got) != key_bytes ||
      static_cast<std::size_t>(status.st_size) != key_bytes) {
    return key_trouble(path, "is not 32 bytes long");
  }
  return std::optional<Secret>(Secret(std::move(bytes)));
}

// Writes a fresh key under another name and links it into place, so that a key is there whole or
// not at all, and of two processes only one wins.
Result<void> create_key(const std::string& folder, const std::string& path) {
  const std::string draft = path + ".new-" + to_hex(random_bytes(8));
  const Secret key(random_bytes(key_bytes));
  {
    const Descriptor file(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return system_trouble(draft);
    const ssize_t written = ::write(file.get(), key.expose().data(), key.expose().size());
    if (written != static_cast<ssize_t>(key_bytes) || ::fsync(file.get()) != 0) {
      return system_trouble(draft);
    }
  }
  const bool linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const int link_error = errno;
  ::unlink(draft.c_str());
  if (!linked) return key_trouble(path, std::strerror(link_error));
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return system_trouble(folder);
  return {};
}

Result<Secret> load_or_create_key(const std::string& folder, std::string_view name) {
  const std::string path = folder + "/" + std::string(name);
  if (auto present = DMS_TRY(read_key(path))) return std::move(*present);
  DMS_TRY(create_key(folder, path));
  if (auto made = DMS_TRY(read_key(path))) return std::move(*made);
  return key_trouble(path, "vanished");
}

}  // namespace

Result<TenantKeys> load_or_create_keys(const std::string& folder) {
  DMS_TRY(check_folder(folder));
  TenantKeys keys;
  keys.cursor = DMS_TRY(load_or_create_key(folder, "cursor.key"));
  keys.signing = DMS_TRY(load_or_create_key(folder, "signing.key"));
  return keys;
}

}  // namespace dms
