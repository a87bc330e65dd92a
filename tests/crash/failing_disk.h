#pragma once

// The harness's end of a disk that fails when told so (failing_disk/preload.cpp).

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "failing_disk/control.h"

namespace dms::test {

// Not thread-safe. Aborts where the control file cannot be made.
class FailingDisk {
 public:
  // Of what lies below `folder`; `control` is made.
  FailingDisk(std::filesystem::path folder, std::filesystem::path control);
  ~FailingDisk();
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // What a program needs in its environment to have this disk.
  std::vector<std::string> environment() const;
  void set(DiskFault fault);
  // Calls that met a fault, ever: of one kind, all of them, and told by kind ("3 fsync, 1 write").
  std::uint64_t struck(DiskCall call) const;
  std::uint64_t struck() const;
  std::string strikes() const;

 private:
  const std::filesystem::path folder_;
  const std::filesystem::path control_;
  DiskFaultControl* mapped_ = nullptr;
};

}  // namespace dms::test
