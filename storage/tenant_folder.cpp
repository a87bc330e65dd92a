#include "storage/tenant_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace dms::storage {

namespace {

constexpr mode_t folder_mode = 0700;
constexpr mode_t file_mode = 0600;

// A descriptor that is closed unless it is taken.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int take() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Error folder_error(const std::string& path, std::string_view what, int error) {
  const bool wrong_kind = error == ELOOP || error == ENOTDIR;
  const ErrorCode code = wrong_kind        ? ErrorCode::invalid
                         : error == ENOENT ? ErrorCode::not_found
                                           : ErrorCode::unavailable;
  return operator_error(code, fmt::format("{}: {}: {}", path, what, std::strerror(error)));
}

// Opens the folder `name` (one component) in `parent`, creating it first where wished. Group and
// others lose their rights on it.
Result<int> open_folder(int parent, const std::string& name, TenantFolder::Ownership ownership) {
  const bool create = ownership == TenantFolder::Ownership::exclusive;
  if (create && ::mkdirat(parent, name.c_str(), folder_mode) != 0 && errno != EEXIST) {
    return fail(folder_error(name, "create", errno));
  }
  Descriptor folder(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.get() < 0) return fail(folder_error(name, "open", errno));
  struct stat status {};
  if (::fstat(folder.get(), &status) != 0) return fail(folder_error(name, "stat", errno));
  if (create && (status.st_mode & 0777U) != folder_mode &&
      ::fchmod(folder.get(), folder_mode) != 0) {
    return fail(folder_error(name, "chmod", errno));
  }
  return folder.take();
}

// The lock is the kernel's and ends with the process.
Result<int> take_lock(int folder, const std::string& path, TenantFolder::Ownership ownership) {
  const bool exclusive = ownership == TenantFolder::Ownership::exclusive;
  const int flags = exclusive ? O_RDWR | O_CREAT : O_RDONLY;
  Descriptor lock(::openat(folder, "lock", flags | O_NOFOLLOW | O_CLOEXEC, file_mode));
  if (lock.get() < 0) return fail(folder_error(path, "lock", errno));
  if (::flock(lock.get(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(folder_error(path, "lock", errno));
    return fail(operator_error(ErrorCode::conflict,
                               fmt::format("{}: another process has this store open", path)));
  }
  return lock.take();
}

}  // namespace

Result<std::unique_ptr<TenantFolder>> TenantFolder::open(const std::string& path,
                                                         Ownership ownership) {
  const std::filesystem::path full = std::filesystem::path(path).lexically_normal();
  const std::filesystem::path parent_path = full.has_parent_path() ? full.parent_path() : ".";
  // The way to the tenants may hold links of the operator's choice; the tenant's folder may not.
  const Descriptor parent(::open(parent_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0) return fail(folder_error(parent_path.string(), "open", errno));
  Descriptor folder(DMS_TRY(open_folder(parent.get(), full.filename().string(), ownership)));
  Descriptor lock(DMS_TRY(take_lock(folder.get(), path, ownership)));
  const Descriptor database(DMS_TRY(open_folder(folder.get(), "db", ownership)));
  const Descriptor staging(DMS_TRY(open_folder(folder.get(), "staging", ownership)));
  if (ownership == Ownership::exclusive && ::fsync(parent.get()) != 0) {
    return fail(folder_error(parent_path.string(), "fsync", errno));
  }
  return std::unique_ptr<TenantFolder>(new TenantFolder(full.string(), folder.take(), lock.take()));
}

Result<void> TenantFolder::try_write() const {
  static constexpr const char* name = "try";
  static constexpr std::array<char, 4096> bytes{};
  const Descriptor file(::openat(descriptor_, name,
                                 O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, file_mode));
  if (file.get() < 0) return fail(folder_error(path_, "try: open", errno));
  const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
  if (written < 0) return fail(folder_error(path_, "try: write", errno));
  if (written != static_cast<ssize_t>(bytes.size())) {
    return fail(folder_error(path_, "try: write", ENOSPC));
  }
  if (::fsync(file.get()) != 0) return fail(folder_error(path_, "try: fsync", errno));
  if (::unlinkat(descriptor_, name, 0) != 0 || ::fsync(descriptor_) != 0) {
    return fail(folder_error(path_, "try: remove", errno));
  }
  return {};
}

TenantFolder::~TenantFolder() {
  ::close(lock_);
  ::close(descriptor_);
}

}  // namespace dms::storage
