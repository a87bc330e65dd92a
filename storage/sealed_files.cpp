#include "storage/sealed_files.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/sealed_format.h"
#include "storage/slice.h"

namespace dms::storage {

namespace {

using rocksdb::FileOptions;
using rocksdb::FileSystemWrapper;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::string_view unfinished = ".tmp";

IOStatus to_status(const Error& error) {
  if (error.code == ErrorCode::corrupt) return IOStatus::Corruption(error.hint);
  return IOStatus::InvalidArgument(error.hint);
}

// Buffered: segments are aligned to nothing.
FileOptions buffered(FileOptions options) {
  options.use_direct_reads = false;
  options.use_direct_writes = false;
  options.use_mmap_reads = false;
  options.use_mmap_writes = false;
  return options;
}

// The name that a file below the folder is sealed under, which is that of the finished file; ""
// for what does not lie below it.
std::string sealed_name(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return "";
  path.remove_prefix(folder.size());
  std::string name;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    std::string_view part = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (part.empty()) continue;
    if (part.ends_with(unfinished)) {
      part.remove_suffix(unfinished.size());
      if (part.starts_with('.')) part.remove_prefix(1);
    }
    if (!name.empty()) name += '/';
    name += part;
  }
  return name;
}

// One thread at a time.
class SealedWritableFile final : public rocksdb::FSWritableFile {
 public:
  SealedWritableFile(std::unique_ptr<rocksdb::FSWritableFile> file, Sealer sealer)
      : file_(std::move(file)), sealer_(std::move(sealer)), pending_(sealer_.header()) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (is_ended_) return IOStatus::NotSupported("a sealed file has its end already");
    sealer_.add(view(data), pending_);
    plain_bytes_ += data.size();
    return write(options, debug);
  }
  IOStatus Flush(const IOOptions& options, IODebugContext* debug) override {
    return file_->Flush(options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = end(options, debug);
    return status.ok() ? file_->Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = end(options, debug);
    return status.ok() ? file_->Fsync(options, debug) : status;
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = end(options, debug);
    IOStatus closed = file_->Close(options, debug);
    return status.ok() ? closed : status;
  }
  std::uint64_t GetFileSize(const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return plain_bytes_;
  }

 private:
  IOStatus end(const IOOptions& options, IODebugContext* debug) {
    if (is_ended_) return IOStatus::OK();
    is_ended_ = true;
    sealer_.finish(pending_);
    return write(options, debug);
  }
  IOStatus write(const IOOptions& options, IODebugContext* debug) {
    if (pending_.empty()) return IOStatus::OK();
    IOStatus status = file_->Append(slice(pending_), options, debug);
    pending_.clear();
    return status;
  }

  const std::unique_ptr<rocksdb::FSWritableFile> file_;
  Sealer sealer_;
  std::string pending_;  // sealed, to be written
  std::uint64_t plain_bytes_ = 0;
  bool is_ended_ = false;
};

// Thread-safe.
class SealedFile {
 public:
  SealedFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, Unsealer unsealer)
      : file_(std::move(file)), unsealer_(std::move(unsealer)) {}

  std::uint64_t plain_bytes() const { return unsealer_.plain_bytes(); }

  // Up to `size` plain bytes from `offset` on, to `to`.
  IOStatus read(std::uint64_t offset, std::size_t size, const IOOptions& options, char* to,
                std::size_t& got) const {
    got = 0;
    std::string sealed;
    std::string plain;
    while (got < size && offset < plain_bytes()) {
      const auto index = static_cast<std::uint32_t>(offset / sealed_segment_bytes);
      plain.clear();
      IOStatus status = open(index, options, sealed, plain);
      if (!status.ok()) return status;
      const std::size_t begin = offset % sealed_segment_bytes;
      const std::size_t taken = std::min(size - got, plain.size() - begin);
      plain.copy(to + got, taken, begin);
      got += taken;
      offset += taken;
    }
    return IOStatus::OK();
  }
  // An empty file's one segment, too, says whether it was cut.
  IOStatus check_empty(const IOOptions& options) const {
    if (plain_bytes() > 0) return IOStatus::OK();
    std::string sealed;
    std::string plain;
    return open(0, options, sealed, plain);
  }

 private:
  IOStatus open(std::uint32_t index, const IOOptions& options, std::string& sealed,
                std::string& plain) const {
    const auto [offset, bytes] = unsealer_.extent(index);
    sealed.resize(bytes);
    Slice read;
    IOStatus status = file_->Read(offset, bytes, options, &read, sealed.data(), nullptr);
    if (!status.ok()) return status;
    const auto opened = unsealer_.open(index, view(read), plain);
    return opened ? IOStatus::OK() : to_status(opened.error());
  }

  std::unique_ptr<rocksdb::FSRandomAccessFile> file_;
  Unsealer unsealer_;
};

class SealedRandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  explicit SealedRandomAccessFile(SealedFile file) : file_(std::move(file)) {}

  IOStatus Read(std::uint64_t offset, std::size_t size, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* /*debug*/) const override {
    std::size_t got = 0;
    IOStatus status = file_.read(offset, size, options, scratch, got);
    *result = Slice(scratch, got);
    return status;
  }

 private:
  const SealedFile file_;
};

class SealedSequentialFile final : public rocksdb::FSSequentialFile {
 public:
  explicit SealedSequentialFile(SealedFile file) : file_(std::move(file)) {}

  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* /*debug*/) override {
    std::size_t got = 0;
    IOStatus status = file_.read(offset_, size, options, scratch, got);
    offset_ += got;
    *result = Slice(scratch, got);
    return status;
  }
  IOStatus Skip(std::uint64_t size) override {
    offset_ += std::min(size, file_.plain_bytes() - offset_);
    return IOStatus::OK();
  }

 private:
  const SealedFile file_;
  std::uint64_t offset_ = 0;
};

class SealedFiles final : public FileSystemWrapper {
 public:
  SealedFiles(const std::shared_ptr<FileSystem>& base, std::string folder, Secret key)
      : FileSystemWrapper(base), folder_(std::move(folder)), key_(std::move(key)) {}
  const char* Name() const override { return "SealedFiles"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    return open_as<SealedSequentialFile>(path, options, result, debug);
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& options,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                               IODebugContext* debug) override {
    return open_as<SealedRandomAccessFile>(path, options, result, debug);
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result,
                           IODebugContext* debug) override {
    const std::string name = sealed_name(path, folder_);
    if (name.empty()) return outside(path);
    std::unique_ptr<rocksdb::FSWritableFile> file;
    IOStatus status = FileSystemWrapper::NewWritableFile(path, buffered(options), &file, debug);
    if (status.ok()) {
      *result = std::make_unique<SealedWritableFile>(std::move(file), Sealer(key_, name));
    }
    return status;
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& /*options*/,
                              std::unique_ptr<rocksdb::FSWritableFile>* /*result*/,
                              IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("a sealed file is not appended to", path);
  }
  IOStatus ReuseWritableFile(const std::string& path, const std::string& /*old_path*/,
                             const FileOptions& /*options*/,
                             std::unique_ptr<rocksdb::FSWritableFile>* /*result*/,
                             IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("a sealed file is not used again", path);
  }
  IOStatus NewRandomRWFile(const std::string& path, const FileOptions& /*options*/,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* /*result*/,
                           IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("a sealed file is not changed", path);
  }
  IOStatus NewMemoryMappedFileBuffer(
      const std::string& path,
      std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* /*result*/) override {
    return IOStatus::NotSupported("a sealed file is not mapped", path);
  }
  IOStatus Truncate(const std::string& path, std::size_t /*size*/, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("a sealed file is not cut", path);
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& options, std::uint64_t* size,
                       IODebugContext* debug) override {
    std::uint64_t file_bytes = 0;
    IOStatus status = FileSystemWrapper::GetFileSize(path, options, &file_bytes, debug);
    if (!status.ok()) return status;
    const auto shape = sealed_shape(file_bytes);
    if (!shape) return IOStatus::Corruption("was cut off", path);
    *size = shape->plain_bytes;
    return status;
  }
  // BackupEngine holds these sizes against those it noted; a file that was cut has none that fits.
  IOStatus GetChildrenFileAttributes(const std::string& folder, const IOOptions& options,
                                     std::vector<rocksdb::FileAttributes>* result,
                                     IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::GetChildrenFileAttributes(folder, options, result, debug);
    if (!status.ok()) return status;
    for (rocksdb::FileAttributes& file : *result) {
      const auto shape = sealed_shape(file.size_bytes);
      file.size_bytes = shape ? shape->plain_bytes : std::numeric_limits<std::uint64_t>::max();
    }
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const std::string name = sealed_name(to, folder_);
    if (name.empty() || sealed_name(from, folder_) != name) return renamed(from);
    return FileSystemWrapper::RenameFile(from, to, options, debug);
  }
  IOStatus LinkFile(const std::string& from, const std::string& /*to*/,
                    const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return renamed(from);
  }

 private:
  static IOStatus outside(const std::string& path) {
    return IOStatus::InvalidArgument("lies outside the sealed folder", path);
  }
  static IOStatus renamed(const std::string& path) {
    return IOStatus::NotSupported("a sealed file keeps its name", path);
  }

  template <class File, class Base>
  IOStatus open_as(const std::string& path, const FileOptions& options,
                   std::unique_ptr<Base>* result, IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSRandomAccessFile> file;
    std::uint64_t file_bytes = 0;
    IOStatus status = FileSystemWrapper::NewRandomAccessFile(path, buffered(options), &file, debug);
    if (status.ok()) {
      status = FileSystemWrapper::GetFileSize(path, options.io_options, &file_bytes, debug);
    }
    std::string header(sealed_header_bytes, '\0');
    Slice read;
    if (status.ok()) {
      status = file->Read(0, header.size(), options.io_options, &read, header.data(), debug);
    }
    if (!status.ok()) return status;
    const std::string name = sealed_name(path, folder_);
    if (name.empty()) return outside(path);
    auto unsealer = Unsealer::begin(key_, name, view(read), file_bytes);
    if (!unsealer) return to_status(unsealer.error());
    SealedFile sealed(std::move(file), std::move(*unsealer));
    status = sealed.check_empty(options.io_options);
    if (status.ok()) *result = std::make_unique<File>(std::move(sealed));
    return status;
  }

  const std::string folder_;  // ends with a slash
  const Secret key_;
};

// Its threads and its clock are those of the base.
class SealedEnv final : public rocksdb::EnvWrapper {
 public:
  SealedEnv(rocksdb::Env* base, const std::string& folder, const Secret& key) : EnvWrapper(base) {
    file_system_ = std::make_shared<SealedFiles>(base->GetFileSystem(), folder + "/", key);
    system_clock_ = base->GetSystemClock();
  }
};

}  // namespace

std::unique_ptr<rocksdb::Env> make_sealed_env(rocksdb::Env* base, const std::string& folder,
                                              const Secret& key) {
  return std::make_unique<SealedEnv>(base, folder, key);
}

}  // namespace dms::storage
