#pragma once

// What preload.cpp, in the server, and ../failing_disk.h, in the harness, share: a file mapped by
// both.

#include <atomic>
#include <cstdint>

namespace dms::test {

enum class DiskFault : std::uint32_t {
  none = 0,
  sync_fails = 1,   // fsync, fdatasync, sync_file_range: EIO
  write_fails = 2,  // write and its kin: EIO
  no_space = 3,     // the same: ENOSPC
  sync_lies = 4,    // says that it synced and did not
};

struct DiskFaultControl {
  std::atomic<std::uint32_t> fault;  // at offset 0, for whoever writes the file without this header
  std::atomic<std::uint64_t> struck;  // calls that met a fault
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

inline constexpr const char* disk_fault_control_variable = "AKTENWERK_DISK_FAULT_CONTROL";
inline constexpr const char* disk_fault_folder_variable = "AKTENWERK_DISK_FAULT_FOLDER";

}  // namespace dms::test
