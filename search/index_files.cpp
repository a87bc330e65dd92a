#include "search/index_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "search/fields.h"
#include "search/glass_version.h"
#include "search/index.h"

namespace dms::search {

namespace {

// Of a file, or of a folder's entries.
Result<void> sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(file_error("open " + path));
  const bool synced = ::fsync(descriptor) == 0;
  const Error error = synced ? Error{} : file_error("fsync " + path);
  ::close(descriptor);
  if (!synced) return fail(error);
  return {};
}

}  // namespace

Error file_error(const std::string& what) {
  const int error = errno;
  const ErrorCode code = error == ENOSPC ? ErrorCode::storage_full : ErrorCode::internal;
  return operator_error(code, "search index: " + what + ": " + std::strerror(error));
}

Result<void> sync_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    DMS_TRY(sync_path(at->path().string()));
  }
  if (error) {
    errno = error.value();
    return fail(file_error("list " + folder));
  }
  return sync_path(folder);
}

Result<void> remove_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  if (!error) return {};
  errno = error.value();
  return fail(file_error("remove " + folder));
}

Result<void> require_room_for_copy(const std::string& folder, std::uint64_t bytes_kept_free) {
  std::error_code error;
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    bytes += entry.file_size(error);
    if (error) break;
  }
  const std::uint64_t available = error ? 0 : std::filesystem::space(folder, error).available;
  if (error) {
    errno = error.value();
    return fail(file_error("size of " + folder));
  }
  if (available >= bytes && available - bytes >= bytes_kept_free) return {};
  return fail(operator_error(ErrorCode::storage_full,
                             fmt::format("{}: {} bytes free, a copy takes {} and {} stay free",
                                         folder, available, bytes, bytes_kept_free)));
}

Result<void> make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return {};
  return fail(file_error("make " + folder));
}

// A folder without Xapian's version file is a new index only if it is empty.
Xapian::WritableDatabase open_database(const std::string& folder, const std::string& analysis) {
  std::error_code error;
  if (mkdir(folder.c_str(), S_IRWXU) != 0 && !std::filesystem::is_directory(folder, error)) {
    throw Xapian::DatabaseOpeningError("no folder for the index");
  }
  if (!std::filesystem::is_empty(folder, error)) {
    check_version_file(folder);
    return Xapian::WritableDatabase(folder, Xapian::DB_OPEN);
  }
  Xapian::WritableDatabase database(folder, Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS);
  database.set_metadata(fields::format_key, std::string(fields::format_version));
  database.set_metadata(fields::analysis_key, analysis);
  database.commit();
  return database;
}

Result<void> replace_index(const std::string& folder, const std::string& rebuilt_folder) {
  std::error_code missing;
  const bool exchange = std::filesystem::exists(folder, missing);
  if (::renameat2(AT_FDCWD, rebuilt_folder.c_str(), AT_FDCWD, folder.c_str(),
                  exchange ? RENAME_EXCHANGE : 0) != 0) {
    return fail(file_error("exchange " + rebuilt_folder + " and " + folder));
  }
  const std::string parent = std::filesystem::path(folder).parent_path().string();
  DMS_TRY(sync_path(parent.empty() ? "." : parent));
  if (!exchange) return {};
  return remove_folder(rebuilt_folder);
}

}  // namespace dms::search
