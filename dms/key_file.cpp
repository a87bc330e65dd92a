#include "dms/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "dms/base/bytes.h"
#include "dms/base/digest.h"
#include "dms/base/random.h"

namespace dms {

namespace {

constexpr std::size_t key_bytes = key_file_key_bytes;
constexpr std::size_t file_bytes = 2 * key_bytes;  // the key and its SHA-256
constexpr mode_t open_to_others = S_IRWXG | S_IRWXO;

tl::unexpected<Error> key_trouble(const std::string& path, std::string_view what) {
  return fail(operator_error(ErrorCode::unavailable, path + ": " + std::string(what)));
}

tl::unexpected<Error> damaged(const std::string& path) {
  return fail(operator_error(ErrorCode::corrupt,
                             path + ": is damaged: its checksum does not fit; put it back from a "
                                    "copy, or remove it to have a new key made"));
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

// What a file holds.
struct KeyFile {
  Secret key;
  bool has_checksum = false;  // keys of early versions have none
};

Result<KeyFile> parse_key(const std::string& path, std::string bytes) {
  if (bytes.size() == key_bytes) return KeyFile{Secret(std::move(bytes)), false};
  if (bytes.size() != file_bytes) return key_trouble(path, "is not 64 bytes long");
  const std::string checksum = bytes.substr(key_bytes);
  bytes.resize(key_bytes);
  if (sha256(bytes).raw() != checksum) return damaged(path);
  return KeyFile{Secret(std::move(bytes)), true};
}

bool is_credential(const std::string& path) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && *folder != '\0' && path.starts_with(std::string(folder) + "/");
}

// The key in `path`; nullopt where there is no such file.
Result<std::optional<KeyFile>> read_key(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<KeyFile>();
    return system_trouble(path);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_trouble(path);
  if (!S_ISREG(status.st_mode)) return key_trouble(path, "is no regular file");
  if ((status.st_mode & open_to_others) != 0 && !is_credential(path)) {
    return key_trouble(path, "is open to others; it must have mode 0600");
  }
  std::string bytes(file_bytes + 1, '\0');
  const ssize_t got = ::read(file.get(), bytes.data(), bytes.size());
  if (got < 0) return system_trouble(path);
  bytes.resize(static_cast<std::size_t>(got));
  return std::optional<KeyFile>(DMS_TRY(parse_key(path, std::move(bytes))));
}

// How a written key comes into its place.
enum class Placement : std::uint8_t {
  create,  // by a link: of two processes only one wins, the other sees `conflict`
  replace
};

// Writes the key under another name first, so that it is there whole or not at all.
Result<void> write_key(const std::string& path, const Secret& key, Placement placement) {
  const std::string folder = path.substr(0, path.rfind('/'));
  const std::string draft = path + ".new-" + to_hex(random_bytes(8));
  const Secret bytes(std::string(key.expose()).append(sha256(key.expose()).raw()));
  {
    const Descriptor file(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open()) return system_trouble(draft);
    const ssize_t written = ::write(file.get(), bytes.expose().data(), bytes.expose().size());
    if (written != static_cast<ssize_t>(file_bytes) || ::fsync(file.get()) != 0) {
      return system_trouble(draft);
    }
  }
  const bool placed = placement == Placement::replace ? ::rename(draft.c_str(), path.c_str()) == 0
                                                      : ::link(draft.c_str(), path.c_str()) == 0;
  const int place_error = errno;
  ::unlink(draft.c_str());
  if (!placed && place_error == EEXIST) {
    return fail(operator_error(ErrorCode::conflict, path + ": is there already"));
  }
  if (!placed) return key_trouble(path, std::strerror(place_error));
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) return system_trouble(folder);
  return {};
}

}  // namespace

Result<void> prepare_key_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) return system_trouble(folder);
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) return system_trouble(folder);
  if (!S_ISDIR(status.st_mode)) return key_trouble(folder, "is no folder");
  if ((status.st_mode & open_to_others) != 0) {
    return key_trouble(folder, "is open to others; it must have mode 0700");
  }
  return {};
}

Result<std::optional<Secret>> read_key_file(const std::string& path) {
  auto present = DMS_TRY(read_key(path));
  if (!present) return std::optional<Secret>();
  return std::optional(std::move(present->key));
}

Result<Secret> require_key_file(const std::string& path) {
  if (auto key = DMS_TRY(read_key_file(path))) return std::move(*key);
  Error error = make_error(ErrorCode::not_found, "Die Schlüsseldatei gibt es nicht.",
                           "The key file does not exist.");
  error.hint = path;
  return fail(std::move(error));
}

Result<void> create_key_file(const std::string& path, const Secret& key) {
  return write_key(path, key, Placement::create);
}

Result<void> create_key_file(const std::string& path) {
  return create_key_file(path, Secret(random_bytes(key_bytes)));
}

Result<Secret> load_or_create_key_file(const std::string& path) {
  if (auto present = DMS_TRY(read_key(path))) {
    if (!present->has_checksum) DMS_TRY(write_key(path, present->key, Placement::replace));
    return std::move(present->key);
  }
  const Result<void> made = create_key_file(path);
  if (!made && made.error().code != ErrorCode::conflict) return fail(made.error());
  if (auto created = DMS_TRY(read_key(path))) return std::move(created->key);
  return key_trouble(path, "vanished");
}

}  // namespace dms
