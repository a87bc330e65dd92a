#pragma once

// A file system for RocksDB that fails on demand: the WAL's fsync, its append (as with a full
// disk), or the manifest's fsync. Everything else goes through, and so do the bytes. Thread-safe.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace dms::storage::test {

enum class Fault : int { none, sync, append, manifest_sync };

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem() : rocksdb::FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  // The first `passing` calls that would meet it do not.
  void set(Fault fault, int passing = 0) {
    passing_ = passing;
    fault_ = fault;
  }
  int struck() const { return struck_; }  // how often a fault was met

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status =
        rocksdb::FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok() && name.ends_with(".log")) {
      *result = std::make_unique<File>(std::move(*result), *this, Fault::sync);
    } else if (status.ok() && name.find("/MANIFEST-") != std::string::npos) {
      *result = std::make_unique<File>(std::move(*result), *this, Fault::manifest_sync);
    }
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    // `sync_fault` meets its fsync; Fault::append meets the WAL's append.
    File(std::unique_ptr<rocksdb::FSWritableFile> file, FaultyFileSystem& system, Fault sync_fault)
        : rocksdb::FSWritableFileOwnerWrapper(std::move(file)),
          system_(system),
          sync_fault_(sync_fault) {}
    using FSWritableFileOwnerWrapper::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (sync_fault_ == Fault::sync && system_.strikes(Fault::append))
        return rocksdb::IOStatus::NoSpace("planted");
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (system_.strikes(sync_fault_)) return rocksdb::IOStatus::IOError("planted");
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      if (system_.strikes(sync_fault_)) return rocksdb::IOStatus::IOError("planted");
      return FSWritableFileOwnerWrapper::Fsync(options, debug);
    }

   private:
    FaultyFileSystem& system_;
    const Fault sync_fault_;
  };

  bool strikes(Fault fault) {
    if (fault_ != fault || passing_-- > 0) return false;
    ++struck_;
    return true;
  }

  std::atomic<Fault> fault_ = Fault::none;
  std::atomic<int> passing_ = 0;
  std::atomic<int> struck_ = 0;
};

}  // namespace dms::storage::test
