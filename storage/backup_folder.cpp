#include "storage/backup_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "dms/base/bytes.h"
#include "storage/backup_files.h"
#include "storage/sealed_files.h"
#include "storage/sealed_format.h"

namespace dms::storage {

namespace {

namespace fs = std::filesystem;

// What the files of a folder, as far as looked at, say.
struct Sealing {
  bool has_clear = false;
  bool has_own_key = false;
  std::optional<std::string> other_key;

  bool is_sealed() const { return has_own_key || other_key; }
};

void look_at(const std::string& path, const std::string& own_key, Sealing& sealing) {
  std::ifstream file(path, std::ios::binary);
  std::string header(sealed_header_bytes, '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  header.resize(static_cast<std::size_t>(file.gcount()));
  const auto key = sealing_key_id(header);
  if (!key) {
    sealing.has_clear = true;
  } else if (*key == own_key) {
    sealing.has_own_key = true;
  } else if (!sealing.other_key) {
    sealing.other_key = *key;
  }
}

// Of all files below `folder`, or as many as settle it.
void look_below(const std::string& folder, const std::string& own_key, Sealing& sealing) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    // What is unfinished begins with a dot.
    if (!at->is_regular_file(error) || at->path().filename().string().starts_with('.')) continue;
    look_at(at->path().string(), own_key, sealing);
    if (sealing.has_own_key) return;
  }
}

tl::unexpected<Error> refused(const BackupPlace& place, const Message& message,
                              std::string_view hint) {
  Error error = make_error(ErrorCode::conflict, message.de, message.en);
  error.hint = fmt::format("{}: {}", place.folder, hint);
  return fail(std::move(error));
}

}  // namespace

Error system_error(const std::string& path) {
  return operator_error(ErrorCode::unavailable, fmt::format("{}: {}", path, std::strerror(errno)));
}

Result<void> synced_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return fail(system_error(path));
  const bool is_synced = ::fsync(folder) == 0;
  const Error error = system_error(path);
  ::close(folder);
  if (!is_synced) return fail(error);
  return {};
}

Result<std::unique_ptr<WritableBackupFolder>> WritableBackupFolder::open(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return fail(system_error(path));
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return fail(system_error(path));
  std::unique_ptr<WritableBackupFolder> folder(new WritableBackupFolder(descriptor));
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return fail(system_error(path));
  if (status.st_uid != ::geteuid()) {
    return fail(operator_error(ErrorCode::unavailable, path + ": belongs to another user"));
  }
  if (::fchmod(descriptor, S_IRWXU) != 0) return fail(system_error(path));
  folder->lock_ =
      ::openat(descriptor, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (folder->lock_ < 0) return fail(system_error(path));
  if (::flock(folder->lock_, LOCK_EX | LOCK_NB) != 0) {
    return fail(operator_error(ErrorCode::busy, path + ": another process makes a backup there"));
  }
  return folder;
}

WritableBackupFolder::~WritableBackupFolder() {
  if (lock_ >= 0) ::close(lock_);
  ::close(folder_);
}

std::uint32_t read_proven(const std::string& folder) {
  std::ifstream file(folder + "/proven");
  std::uint32_t number = 0;
  file >> number;
  return file ? number : std::numeric_limits<std::uint32_t>::max();
}

Result<void> write_proven(const std::string& folder, std::uint32_t number) {
  return replace_whole(folder + "/proven", std::to_string(number));
}

Result<void> check_sealing(const BackupPlace& place) {
  const std::string own_key = place.key ? backup_key_id(*place.key) : "";
  Sealing sealing;
  look_below(place.folder + "/meta", own_key, sealing);
  // One damaged byte must not make an encrypted folder look like a clear one.
  if (sealing.has_clear && !sealing.is_sealed() && place.key) {
    look_below(place.folder + "/private", own_key, sealing);
    look_below(place.folder + "/shared_checksum", own_key, sealing);
  }
  if (!place.key && sealing.is_sealed()) {
    return refused(
        place,
        {"Diese Sicherungen sind verschlüsselt; ihre Schlüsseldatei fehlt.",
         "These backups are encrypted; their key file is missing."},
        "needs key " + to_hex(*sealing.other_key) + ": [backup] key_file, or --key-file");
  }
  if (!place.key || sealing.has_own_key) return {};
  if (sealing.other_key) {
    return refused(place,
                   {"Diese Sicherungen sind mit einem anderen Schlüssel verschlüsselt.",
                    "These backups are encrypted with another key."},
                   fmt::format("needs key {}, and key {} was given", to_hex(*sealing.other_key),
                               to_hex(own_key)));
  }
  if (sealing.has_clear) {
    return refused(place,
                   {"Diese Sicherungen sind nicht verschlüsselt, und ein Schlüssel ist angegeben.",
                    "These backups are not encrypted, and a key is given."},
                   "encrypted backups need a folder of their own: move this one away, or configure "
                   "another. To read it, say --not-encrypted");
  }
  return {};
}

std::unique_ptr<rocksdb::Env> backup_env(const BackupPlace& place) {
  if (!place.key) return nullptr;
  return make_sealed_env(rocksdb::Env::Default(), place.folder, *place.key);
}

}  // namespace dms::storage
