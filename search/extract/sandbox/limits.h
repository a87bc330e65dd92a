#pragma once

// Resource limits of one child (setrlimit).

#include <cstdint>

namespace dms::search::extract {

struct ResourceLimits {
  std::uint32_t processor_s = 0;
  std::uint64_t address_bytes = 0;  // everything mapped; 0: no limit
  std::uint64_t data_bytes = 0;     // private writable memory; 0: no limit
  std::uint32_t descriptors = 0;
  std::uint64_t file_bytes = 0;  // of each file written; 0: none
  // The program does as it likes about SIGXCPU, and may hang in it: it is killed instead.
  bool handles_signals = false;
};

// For the calling process; no core dump besides. False where the system refuses.
bool apply_limits(const ResourceLimits& limits);

// What the calling process has mapped now, from /proc; 0 where that cannot be read.
std::uint64_t mapped_bytes();

// Whether our own programs are built with a sanitizer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif
#else
inline constexpr bool is_sanitized = false;
#endif
// Sanitizers map terabytes: the limits of memory cannot hold then.
inline constexpr bool memory_limits_hold = !is_sanitized;

}  // namespace dms::search::extract
