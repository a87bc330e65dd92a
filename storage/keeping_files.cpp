#include "storage/keeping_files.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "storage/manifest_length.h"

namespace dms::storage {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

constexpr std::string_view manifest_prefix = "MANIFEST-";

// Set once and for all: after a failure of the manifest.
using Flag = std::shared_ptr<std::atomic<bool>>;

IOStatus noted(IOStatus status, const Flag& has_failed) {
  if (!status.ok()) has_failed->store(true, std::memory_order_release);
  return status;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The number in "MANIFEST-000012".
std::uint64_t manifest_number(std::string_view path) {
  const std::string_view name = file_name(path).substr(manifest_prefix.size());
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

// Begins empty: RocksDB never goes on with one it finds. One thread at a time.
class Manifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Manifest(std::unique_ptr<rocksdb::FSWritableFile> file, const std::string& path, Flag has_failed)
      : FSWritableFileOwnerWrapper(std::move(file)),
        folder_(path.substr(0, path.rfind('/'))),
        length_{manifest_number(path), 0},
        has_failed_(std::move(has_failed)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    length_.bytes += data.size();
    return noted(FSWritableFileOwnerWrapper::Append(data, options, debug), has_failed_);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    length_.bytes += data.size();
    return noted(FSWritableFileOwnerWrapper::Append(data, options, verification, debug),
                 has_failed_);
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Flush(options, debug), has_failed_);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return synced(FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return synced(FSWritableFileOwnerWrapper::Fsync(options, debug));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Close(options, debug), has_failed_);
  }

 private:
  IOStatus synced(IOStatus status) {
    const LengthNote note = is_noted_ ? LengthNote::further : LengthNote::first;
    if (status.ok() && !note_manifest_length(folder_, length_, note)) {
      status = IOStatus::IOError("cannot be written", folder_ + "/manifest_length");
    }
    is_noted_ = true;
    return noted(std::move(status), has_failed_);
  }

  const std::string folder_;
  ManifestLength length_;
  bool is_noted_ = false;
  const Flag has_failed_;
};

class Folder final : public rocksdb::FSDirectoryWrapper {
 public:
  Folder(std::unique_ptr<rocksdb::FSDirectory> folder, Flag has_failed)
      : FSDirectoryWrapper(std::move(folder)), has_failed_(std::move(has_failed)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSDirectoryWrapper::Fsync(options, debug), has_failed_);
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& choice) override {
    return noted(FSDirectoryWrapper::FsyncWithDirOptions(options, debug, choice), has_failed_);
  }

 private:
  const Flag has_failed_;
};

class KeepingFiles final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "KeepingFiles"; }

  IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok() && file_name(name).starts_with(manifest_prefix)) {
      *result = std::make_unique<Manifest>(std::move(*result), name, has_failed_);
    }
    return status;
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* result,
                        IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewDirectory(name, options, result, debug);
    if (status.ok()) *result = std::make_unique<Folder>(std::move(*result), has_failed_);
    return status;
  }
  // Of CURRENT, which names the manifest.
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    return noted(FileSystemWrapper::RenameFile(from, to, options, debug), has_failed_);
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                      IODebugContext* debug) override {
    if (has_failed_->load(std::memory_order_acquire)) {
      return IOStatus::IOError("kept, for the manifest may name it", name);
    }
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  const Flag has_failed_ = std::make_shared<std::atomic<bool>>(false);
};

// Its threads and its clock are those of the base.
class KeepingEnv final : public rocksdb::EnvWrapper {
 public:
  explicit KeepingEnv(rocksdb::Env* base) : EnvWrapper(base) {
    file_system_ = std::make_shared<KeepingFiles>(base->GetFileSystem());
    system_clock_ = base->GetSystemClock();
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_keeping_env(rocksdb::Env* base) {
  return std::make_unique<KeepingEnv>(base == nullptr ? rocksdb::Env::Default() : base);
}

}  // namespace dms::storage
