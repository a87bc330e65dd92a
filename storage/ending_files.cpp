#include "storage/ending_files.h"

#include <rocksdb/file_system.h>

#include <string>
#include <utility>

namespace dms::storage {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOStatus;

using Asked = std::shared_ptr<const IsToEnd>;

IOStatus ended() {
  return IOStatus::Aborted("reading was ended");
}

class EndingFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  EndingFile(std::unique_ptr<rocksdb::FSSequentialFile> file, Asked is_to_end)
      : FSSequentialFileOwnerWrapper(std::move(file)), is_to_end_(std::move(is_to_end)) {}

  IOStatus Read(std::size_t size, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                char* scratch, IODebugContext* debug) override {
    if ((*is_to_end_)()) return ended();
    return FSSequentialFileOwnerWrapper::Read(size, options, result, scratch, debug);
  }
  IOStatus PositionedRead(std::uint64_t offset, std::size_t size, const rocksdb::IOOptions& options,
                          rocksdb::Slice* result, char* scratch, IODebugContext* debug) override {
    if ((*is_to_end_)()) return ended();
    return FSSequentialFileOwnerWrapper::PositionedRead(offset, size, options, result, scratch,
                                                        debug);
  }

 private:
  const Asked is_to_end_;
};

class EndingFiles final : public rocksdb::FileSystemWrapper {
 public:
  EndingFiles(const std::shared_ptr<FileSystem>& base, IsToEnd is_to_end)
      : FileSystemWrapper(base),
        is_to_end_(std::make_shared<const IsToEnd>(std::move(is_to_end))) {}
  const char* Name() const override { return "EndingFiles"; }

  IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, result, debug);
    if (status.ok()) *result = std::make_unique<EndingFile>(std::move(*result), is_to_end_);
    return status;
  }

 private:
  const Asked is_to_end_;
};

// Its threads and its clock are those of the base.
class EndingEnv final : public rocksdb::EnvWrapper {
 public:
  EndingEnv(rocksdb::Env* base, IsToEnd is_to_end) : EnvWrapper(base) {
    file_system_ = std::make_shared<EndingFiles>(base->GetFileSystem(), std::move(is_to_end));
    system_clock_ = base->GetSystemClock();
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_ending_env(rocksdb::Env* base, IsToEnd is_to_end) {
  return std::make_unique<EndingEnv>(base, std::move(is_to_end));
}

}  // namespace dms::storage
