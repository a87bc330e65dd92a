#include "storage/backup_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "storage/backup_folder.h"
#include "storage/sealed_format.h"

namespace dms::storage {

namespace {

namespace fs = std::filesystem;

constexpr mode_t for_its_owner = S_IRUSR | S_IWUSR;
constexpr std::size_t small_file_bytes_max = 64U << 20U;
constexpr std::string_view generation_files = "files";
constexpr std::string_view present_files = "present";
constexpr std::string_view list_name = "SHA256SUMS";
constexpr std::string_view draft_extension = ".new";

// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool is_open() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

// nullopt where there is none.
Result<std::optional<std::string>> read_whole(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return fail(system_error(path));
  }
  std::string bytes;
  std::string block(64U << 10U, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error(path));
    if (got == 0) return std::optional(std::move(bytes));
    bytes.append(block, 0, static_cast<std::size_t>(got));
    if (bytes.size() > small_file_bytes_max) {
      return fail(operator_error(ErrorCode::too_large, path + ": is too large"));
    }
  }
}

bool is_name(std::string_view name) {
  const auto is_sound = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  };
  return !name.empty() && name.front() != '/' && name.back() != '/' &&
         name.find("//") == std::string_view::npos &&
         ("/" + std::string(name)).find("/.") == std::string::npos &&
         !name.ends_with(draft_extension) && std::ranges::all_of(name, is_sound);
}

Result<void> require_name(std::string_view name) {
  if (is_name(name)) return {};
  return fail(operator_error(ErrorCode::internal,
                             fmt::format("'{}' is no name of a file in a backup", name)));
}

// The folders from `root` down to the file `name` in it.
Result<void> make_folders(const std::string& root, std::string_view name) {
  for (std::size_t end = name.find('/'); end != std::string_view::npos;
       end = name.find('/', end + 1)) {
    const std::string folder = root + "/" + std::string(name.substr(0, end));
    if (::mkdir(folder.c_str(), S_IRWXU) == 0) {
      DMS_TRY(synced_folder(folder.substr(0, folder.rfind('/'))));
    } else if (errno != EEXIST) {
      return fail(system_error(folder));
    }
  }
  return {};
}

std::string name_in(std::string_view folder, std::string_view name) {
  return std::string(folder).append("/").append(name);
}

std::string name_in(std::uint32_t number, std::string_view name) {
  return fmt::format("{}/{}/{}", generation_files, number, name);
}

// Every file below `folder` of `place`, by its name below it.
Result<BackupFiles> read_files_below(const BackupPlace& place, const std::string& folder) {
  const fs::path root = fs::path(place.folder) / folder;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    if (!at->is_regular_file(error)) continue;
    std::string name = at->path().lexically_relative(root).string();
    if (is_name(name)) names.push_back(std::move(name));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(operator_error(ErrorCode::unavailable, root.string() + ": " + error.message()));
  }
  std::ranges::sort(names);
  BackupFiles files;
  for (std::string& name : names) {
    auto bytes = DMS_TRY(read_backup_file(place, name_in(folder, name)));
    if (bytes) files.push_back({std::move(name), Secret(std::move(*bytes))});
  }
  return files;
}

tl::unexpected<Error> not_as_listed(const BackupPlace& place, std::uint32_t number) {
  return fail(operator_error(
      ErrorCode::corrupt, fmt::format("{}/{}: its files are not as they were written", place.folder,
                                      name_in(generation_files, std::to_string(number)))));
}

}  // namespace

Result<std::optional<std::string>> read_backup_file(const BackupPlace& place,
                                                    const std::string& name) {
  DMS_TRY(require_name(name));
  auto bytes = DMS_TRY(read_whole(place.folder + "/" + name));
  if (!bytes || !place.key) return bytes;
  return std::optional(DMS_TRY(unseal_file(*place.key, name, *bytes)));
}

Result<void> write_backup_file(const BackupPlace& place, const std::string& name,
                               std::string_view bytes) {
  DMS_TRY(require_name(name));
  DMS_TRY(make_folders(place.folder, name));
  const std::string path = place.folder + "/" + name;
  if (!place.key) return replace_whole(path, bytes);
  return replace_whole(path, seal_file(*place.key, name, bytes));
}

Result<void> replace_whole(const std::string& path, std::string_view bytes) {
  const std::string draft = path + std::string(draft_extension);
  {
    const Descriptor file(::open(
        draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, for_its_owner));
    if (!file.is_open() || !write_all(file.get(), bytes)) return fail(system_error(draft));
  }
  if (::rename(draft.c_str(), path.c_str()) != 0) return fail(system_error(path));
  return synced_folder(path.substr(0, path.rfind('/')));
}

std::string list_of_files(const BackupFiles& files) {
  std::string list;
  for (const BackupFile& file : files) {
    list += fmt::format("{}  {}\n", sha256(file.bytes.expose()).hex(), file.name);
  }
  return list;
}

Result<void> write_generation_files(const BackupPlace& place, std::uint32_t number,
                                    const BackupFiles& files) {
  // What one of this number that was not proven has left.
  std::error_code ignored;
  fs::remove_all(fs::path(place.folder) / name_in(generation_files, std::to_string(number)),
                 ignored);
  for (const BackupFile& file : files) {
    DMS_TRY(write_backup_file(place, name_in(number, file.name), file.bytes.expose()));
  }
  return write_backup_file(place, name_in(number, list_name), list_of_files(files));
}

Result<BackupFiles> read_listed_files(const BackupPlace& place, std::uint32_t number,
                                      const Sha256Digest& list) {
  BackupFiles files =
      DMS_TRY(read_files_below(place, name_in(generation_files, std::to_string(number))));
  const auto listed = std::ranges::find(files, list_name, &BackupFile::name);
  if (listed == files.end()) return not_as_listed(place, number);
  const std::string expected(listed->bytes.expose());
  files.erase(listed);
  // In the order of the list, which need not be that of the names.
  BackupFiles ordered;
  for (std::string_view rest = expected; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t gap = line.find("  ");
    if (gap == std::string_view::npos) return not_as_listed(place, number);
    const std::string_view name = line.substr(gap + 2);
    const auto found = std::ranges::find(files, name, &BackupFile::name);
    if (found != files.end()) ordered.push_back(std::move(*found));
  }
  if (sha256(expected) != list || list_of_files(ordered) != expected) {
    return not_as_listed(place, number);
  }
  return ordered;
}

Result<void> remove_other_files(const std::string& folder, const std::vector<std::uint32_t>& kept) {
  std::error_code error;
  std::vector<fs::path> others;
  for (fs::directory_iterator at(fs::path(folder) / generation_files, error), end;
       !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::uint32_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (std::ranges::find(kept, number) == kept.end()) others.push_back(at->path());
  }
  if (error == std::errc::no_such_file_or_directory) return {};
  for (const fs::path& other : others) {
    if (!error) fs::remove_all(other, error);
  }
  if (!error) return {};
  return fail(operator_error(ErrorCode::unavailable, folder + ": " + error.message()));
}

Result<void> write_present_files(const BackupPlace& place, const BackupFiles& files) {
  for (const BackupFile& file : files) {
    const std::string name = name_in(present_files, file.name);
    const auto before = read_backup_file(place, name);
    if (before && *before && **before == file.bytes.expose()) continue;
    DMS_TRY(write_backup_file(place, name, file.bytes.expose()));
  }
  return {};
}

Result<BackupFiles> read_present_files(const BackupPlace& place) {
  DMS_TRY(check_sealing(place));
  return read_files_below(place, std::string(present_files));
}

}  // namespace dms::storage
