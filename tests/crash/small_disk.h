#pragma once

// Disks of a harness's own, which can be filled and cut off. Mounting them needs root; the
// constructors abort with the reason where that is refused.

#include <cstdint>
#include <filesystem>

#include "support/temp_dir.h"

namespace dms::test {

// In memory (tmpfs). Not thread-safe.
class SmallDisk {
 public:
  explicit SmallDisk(std::uint64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // Fills it, so that so many bytes are free at most.
  void fill_but(std::uint64_t bytes);
  void make_room();
  std::uint64_t free_bytes() const;

 private:
  TempDir temporary_;
  const std::filesystem::path folder_;
};

// An ext4 on a file that can lose power: what was not synced is gone. Sectors are lost, never
// reordered. Not thread-safe.
class CutDisk {
 public:
  explicit CutDisk(std::uint64_t bytes);
  ~CutDisk();
  CutDisk(const CutDisk&) = delete;
  CutDisk& operator=(const CutDisk&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // From here on nothing reaches the disk, its own journal included; every call fails.
  void cut_power();
  // Mounts it again, as after power came back. Nobody may have a file open in it.
  void power_on();

 private:
  void mount() const;

  TempDir temporary_;
  const std::filesystem::path image_;
  const std::filesystem::path folder_;
};

}  // namespace dms::test
