// Reading an export's folder: what lies there comes from outside.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "dms/exchange/beneath.h"
#include "dms/exchange/export_folder.h"

namespace dms::exchange {

namespace {

constexpr std::size_t piece_bytes = 1U << 20U;

tl::unexpected<Error> damaged(std::string_view path, std::string_view what) {
  Error error = make_error(ErrorCode::corrupt, "Der Export ist nicht so, wie er geschrieben wurde.",
                           "The export is not as it was written.");
  error.hint = fmt::format("{}: {}", path, what);
  return fail(std::move(error));
}

tl::unexpected<Error> unreadable(const std::string& path) {
  if (errno == ENOENT) return damaged(path, "is missing");
  if (errno == ELOOP || errno == EXDEV) return damaged(path, "is reached through a link");
  return fail(operator_error(ErrorCode::unavailable, path + ": " + std::strerror(errno)));
}

}  // namespace

Result<std::unique_ptr<ImportFolder>> ImportFolder::open(const std::string& path) {
  Descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (root.get() < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::invalid;
    return fail(operator_error(code, path + ": " + std::strerror(errno)));
  }
  return std::unique_ptr<ImportFolder>(new ImportFolder(path, std::move(root)));
}

Result<Descriptor> ImportFolder::open_file(const std::string& path) const {
  // Not to be held up by a pipe.
  Descriptor file(open_beneath(root_.get(), path, O_RDONLY | O_NONBLOCK, 0));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return unreadable(path);
  if (!S_ISREG(status.st_mode)) return damaged(path, "is no file");
  return file;
}

Result<void> ImportFolder::for_each_piece(
    const std::string& path, const std::function<Result<void>(std::string_view)>& visit) const {
  const Descriptor file = DMS_TRY(open_file(path));
  std::string buffer(piece_bytes, '\0');
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path);
    if (got == 0) return {};
    DMS_TRY(visit(std::string_view(buffer).substr(0, static_cast<std::size_t>(got))));
  }
}

Result<void> ImportFolder::for_each_line(
    const std::string& path, const std::function<Result<void>(std::string_view)>& visit) const {
  std::string begun;  // a line whose end has not come yet
  std::uint64_t number = 0;
  const auto see = [&](std::string_view line) -> Result<void> {
    ++number;
    Result<void> seen = visit(line);
    if (seen) return seen;
    seen.error().hint = fmt::format("{}, line {}: {}", path, number, seen.error().hint);
    return seen;
  };
  DMS_TRY(for_each_piece(path, [&](std::string_view piece) -> Result<void> {
    while (true) {
      const std::size_t end = piece.find('\n');
      begun.append(piece.substr(0, end));
      if (begun.size() > export_line_bytes_max) {
        return damaged(path, fmt::format("line {} is too long", number + 1));
      }
      if (end == std::string_view::npos) return {};
      DMS_TRY(see(begun));
      begun.clear();
      piece.remove_prefix(end + 1);
    }
  }));
  if (!begun.empty()) return damaged(path, fmt::format("line {} is cut off", number + 1));
  return {};
}

Result<bool> ImportFolder::has(const std::string& path) const {
  const Descriptor file(open_beneath(root_.get(), path, O_PATH, 0));
  if (file.get() < 0 && errno != ENOENT) return unreadable(path);
  return file.get() >= 0;
}

Result<std::string> ImportFolder::read(const std::string& path, std::size_t bytes_max) const {
  std::string text;
  DMS_TRY(for_each_piece(path, [&](std::string_view piece) -> Result<void> {
    if (text.size() + piece.size() > bytes_max) return damaged(path, "is too large");
    text.append(piece);
    return {};
  }));
  return text;
}

Result<Sha256Digest> ImportFolder::digest_of(
    const std::string& path, const std::function<void(std::uint64_t)>& progress) const {
  Sha256 hash;
  DMS_TRY(for_each_piece(path, [&](std::string_view piece) -> Result<void> {
    hash.update(piece);
    progress(piece.size());
    return {};
  }));
  return hash.finish();
}

Result<Sha256Digest> ImportFolder::check(const std::function<void(std::uint64_t)>& progress) const {
  const std::string list(checksums_file);
  const Sha256Digest of_all = DMS_TRY(digest_of(list, [](std::uint64_t) {}));
  std::vector<NameDigest> named = {shortened(list)};
  DMS_TRY(for_each_line(list, [&](std::string_view text) -> Result<void> {
    const ChecksumLine line = DMS_TRY(parse_checksum_line(text));
    const Sha256Digest found = DMS_TRY(digest_of(line.file, progress));
    if (found != line.sha256) return damaged(line.file, "has other bytes than its checksum says");
    named.push_back(shortened(line.file));
    return {};
  }));
  DMS_TRY(check_nothing_else(std::move(named)));
  return of_all;
}

ImportFolder::NameDigest ImportFolder::shortened(std::string_view path) {
  const Sha256Digest whole = sha256(path);
  NameDigest digest{};
  std::copy_n(whole.bytes.begin(), digest.size(), digest.begin());
  return digest;
}

Result<void> ImportFolder::check_nothing_else(std::vector<NameDigest> named) const {
  std::sort(named.begin(), named.end());
  if (std::adjacent_find(named.begin(), named.end()) != named.end()) {
    return damaged(checksums_file, "names a file twice");
  }
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(path_, error);
  for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
    const std::string path = at->path().lexically_relative(path_).string();
    const auto type = at->symlink_status(error).type();
    if (type == std::filesystem::file_type::directory) continue;
    if (type != std::filesystem::file_type::regular) return damaged(path, "is no file");
    if (!std::binary_search(named.begin(), named.end(), shortened(path))) {
      return damaged(path, "is named by no checksum");
    }
  }
  if (error) {
    return fail(operator_error(ErrorCode::unavailable, path_ + ": " + error.message()));
  }
  return {};
}

}  // namespace dms::exchange
