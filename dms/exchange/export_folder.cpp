#include "dms/exchange/export_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "dms/exchange/beneath.h"

namespace dms::exchange {

namespace {

constexpr mode_t folder_mode = 0700;
constexpr mode_t file_mode = 0600;
constexpr std::size_t buffer_bytes = 256U << 10U;

tl::unexpected<Error> system_trouble(const std::string& path) {
  const ErrorCode code =
      errno == ENOSPC || errno == EDQUOT ? ErrorCode::storage_full : ErrorCode::unavailable;
  return fail(operator_error(code, path + ": " + std::strerror(errno)));
}

bool is_there(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string parent_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

// Without the slashes at its end, so that ".exporting" is put to the name.
std::string without_end_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Descriptor open_folder(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Whoever writes in a folder holds its lock; it ends with the process.
bool take(const Descriptor& folder) {
  return ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

Error busy(const std::string& path) {
  return operator_error(ErrorCode::conflict, path + ": another export writes there");
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Result<void> ExportFile::write(std::string_view bytes) {
  hash_.update(bytes);
  buffer_.append(bytes);
  return buffer_.size() < buffer_bytes ? Result<void>() : flush();
}

Result<void> ExportFile::write_line(std::string_view line) {
  DMS_TRY(write(line));
  return write("\n");
}

Result<void> ExportFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_trouble(path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

Result<Sha256Digest> ExportFile::close() {
  DMS_TRY(flush());
  file_ = Descriptor();
  return hash_.finish();
}

ExportFolder::ExportFolder(std::string place, Descriptor root)
    : place_(std::move(place)), path_(place_ + ".exporting"), root_(std::move(root)) {}

ExportFolder::~ExportFolder() {
  if (is_finished_) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<std::unique_ptr<ExportFolder>> ExportFolder::begin(const std::string& path) {
  const std::string place = without_end_slash(path);
  if (is_there(place)) {
    Error error = make_error(ErrorCode::conflict, "Den Ordner für den Export gibt es schon.",
                             "The export's folder exists already.");
    error.hint = place;
    return fail(std::move(error));
  }
  const std::string unfinished = place + ".exporting";
  const Descriptor left = open_folder(unfinished);
  if (left.get() >= 0 && !take(left)) return fail(busy(unfinished));
  std::error_code error;
  std::filesystem::remove_all(unfinished, error);
  if (::mkdir(unfinished.c_str(), folder_mode) != 0) return system_trouble(unfinished);
  Descriptor root = open_folder(unfinished);
  if (root.get() < 0) return system_trouble(unfinished);
  if (!take(root)) return fail(busy(unfinished));
  std::unique_ptr<ExportFolder> folder(new ExportFolder(place, std::move(root)));
  folder->checksums_ = DMS_TRY(folder->create(std::string(checksums_file)));
  return folder;
}

Result<void> ExportFolder::make_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash);
  const Descriptor in(open_beneath(root_.get(), parent, O_RDONLY | O_DIRECTORY, 0));
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (in.get() < 0 || ::mkdirat(in.get(), name.c_str(), folder_mode) != 0) {
    return system_trouble(path_ + "/" + path);
  }
  return {};
}

Result<std::unique_ptr<ExportFile>> ExportFolder::create(const std::string& path) {
  if (!is_path_below(path)) {
    return fail(operator_error(ErrorCode::internal, "export: no path below its folder: " + path));
  }
  Descriptor file(open_beneath(root_.get(), path, O_WRONLY | O_CREAT | O_EXCL, file_mode));
  if (file.get() < 0) return system_trouble(path_ + "/" + path);
  return std::make_unique<ExportFile>(std::move(file), path);
}

Result<Sha256Digest> ExportFolder::close(ExportFile& file) {
  const Sha256Digest digest = DMS_TRY(file.close());
  DMS_TRY(checksums_->write_line(write_checksum_line({digest, file.path()})));
  return digest;
}

Result<void> ExportFolder::write_file(const std::string& path, std::string_view text) {
  const auto file = DMS_TRY(create(path));
  DMS_TRY(file->write(text));
  DMS_TRY(close(*file));
  return {};
}

Result<Sha256Digest> ExportFolder::finish() {
  const Sha256Digest digest = DMS_TRY(checksums_->close());
  const std::string parent = parent_of(place_);
  const Descriptor in(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (in.get() < 0) return system_trouble(parent);
  // One call for the whole file system, not one for each of a million files.
  if (::syncfs(root_.get()) != 0) return system_trouble(path_);
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE) != 0 ||
      ::fsync(in.get()) != 0) {
    return system_trouble(place_);
  }
  is_finished_ = true;
  return digest;
}

}  // namespace dms::exchange
