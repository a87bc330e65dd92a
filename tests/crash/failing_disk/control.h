#pragma once

// What preload.cpp, in the server, and ../failing_disk.h, in the harness, share: a file mapped by
// both.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace dms::test {

enum class DiskFault : std::uint32_t {
  none = 0,
  sync_fails = 1,   // fsync, fdatasync, sync_file_range: EIO
  write_fails = 2,  // write and its kin: EIO
  no_space = 3,     // the same: ENOSPC
  // fsync and fdatasync of the write-ahead log: say that they synced, and do so a little later.
  // What is acknowledged then is acknowledged before the fsync.
  log_syncs_late = 4,
};

enum class DiskCall : std::uint32_t { write, pwrite, writev, fsync, fdatasync, sync_file_range };
inline constexpr std::array<const char*, 6> disk_call_names{
    "write", "pwrite", "writev", "fsync", "fdatasync", "sync_file_range"};

struct DiskFaultControl {
  std::atomic<std::uint32_t> fault;  // at offset 0, for whoever writes the file without this header
  // Calls that met a fault, by DiskCall.
  std::array<std::atomic<std::uint64_t>, disk_call_names.size()> struck;
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

inline constexpr const char* disk_fault_control_variable = "AKTENWERK_DISK_FAULT_CONTROL";
inline constexpr const char* disk_fault_folder_variable = "AKTENWERK_DISK_FAULT_FOLDER";

}  // namespace dms::test
