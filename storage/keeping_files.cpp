#include "storage/keeping_files.h"

#include <rocksdb/file_system.h>

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

namespace dms::storage {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Set once and for all: after a failure of the manifest.
using Flag = std::shared_ptr<std::atomic<bool>>;

IOStatus noted(IOStatus status, const Flag& has_failed) {
  if (!status.ok()) has_failed->store(true, std::memory_order_release);
  return status;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

class Manifest final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Manifest(std::unique_ptr<rocksdb::FSWritableFile> file, Flag has_failed)
      : FSWritableFileOwnerWrapper(std::move(file)), has_failed_(std::move(has_failed)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Append(data, options, debug), has_failed_);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification,
                  IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Append(data, options, verification, debug),
                 has_failed_);
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Flush(options, debug), has_failed_);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Sync(options, debug), has_failed_);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Fsync(options, debug), has_failed_);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    return noted(FSWritableFileOwnerWrapper::Close(options, debug), has_failed_);
  }

 private:
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
    if (status.ok() && file_name(name).starts_with("MANIFEST-")) {
      *result = std::make_unique<Manifest>(std::move(*result), has_failed_);
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
