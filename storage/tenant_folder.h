#pragma once

// INTERNAL to storage/: a tenant's folder, owned by one process at a time. Nothing in it is reached
// through a symbolic link.

#include <memory>
#include <string>

#include "dms/base/result.h"

namespace dms::storage {

class TenantFolder {
 public:
  enum class Ownership : std::uint8_t {
    exclusive,  // creates what is missing
    shared      // with other readers; creates nothing
  };
  // `conflict` where another process has it, `invalid` where it or something in it is a symbolic
  // link or no folder, `not_found` where it is to be shared and absent.
  static Result<std::unique_ptr<TenantFolder>> open(const std::string& path, Ownership ownership);
  ~TenantFolder();
  TenantFolder(const TenantFolder&) = delete;
  TenantFolder& operator=(const TenantFolder&) = delete;

  // Writes a small file, has it synced, removes it: `unavailable` where the disk does not do that.
  Result<void> try_write() const;

  int descriptor() const { return descriptor_; }
  std::string database_path() const { return path_ + "/db"; }
  std::string staging_path() const { return path_ + "/staging"; }

 private:
  TenantFolder(std::string path, int descriptor, int lock)
      : path_(std::move(path)), descriptor_(descriptor), lock_(lock) {}

  const std::string path_;
  const int descriptor_;
  const int lock_;
};

}  // namespace dms::storage
