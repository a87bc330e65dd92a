#pragma once

// A file system for RocksDB that fails on demand: the fsync of the WAL or the manifest, or an
// append to them (as with a full disk). Everything else goes through; what was to be synced is
// there. Thread-safe.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace dms::storage::test {

enum class Fault : int { none, sync, append, manifest_sync, manifest_append };

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
  // Whether RocksDB begins another manifest within `wait`.
  bool begins_manifest(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    const int before = manifests_;
    return manifest_begun_.wait_for(lock, wait, [&] { return manifests_ > before; });
  }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    rocksdb::IOStatus status =
        rocksdb::FileSystemWrapper::NewWritableFile(name, options, result, debug);
    if (status.ok() && name.ends_with(".log")) {
      *result = std::make_unique<File>(std::move(*result), *this, Fault::sync, Fault::append);
    } else if (status.ok() && name.find("/MANIFEST-") != std::string::npos) {
      count_manifest();
      *result = std::make_unique<File>(std::move(*result), *this, Fault::manifest_sync,
                                       Fault::manifest_append);
    }
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, FaultyFileSystem& system, Fault sync_fault,
         Fault append_fault)
        : rocksdb::FSWritableFileOwnerWrapper(std::move(file)),
          system_(system),
          sync_fault_(sync_fault),
          append_fault_(append_fault) {}
    using FSWritableFileOwnerWrapper::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      if (system_.strikes(append_fault_)) return rocksdb::IOStatus::NoSpace("planted");
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
    const Fault append_fault_;
  };

  void count_manifest() {
    const std::lock_guard lock(mutex_);
    ++manifests_;
    manifest_begun_.notify_all();
  }

  bool strikes(Fault fault) {
    if (fault_ != fault || passing_-- > 0) return false;
    ++struck_;
    return true;
  }

  std::atomic<Fault> fault_ = Fault::none;
  std::atomic<int> passing_ = 0;
  std::atomic<int> struck_ = 0;
  std::mutex mutex_;
  std::condition_variable manifest_begun_;
  int manifests_ = 0;  // guarded by mutex_
};

}  // namespace dms::storage::test
