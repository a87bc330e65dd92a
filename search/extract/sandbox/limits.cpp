#include "search/extract/sandbox/limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

namespace dms::search::extract {
namespace {

bool set(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
  rlimit limit{soft, hard};
  return ::setrlimit(resource, &limit) == 0;
}

}  // namespace

bool apply_limits(const ResourceLimits& limits) {
  bool done = set(RLIMIT_CORE, 0, 0) && set(RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes) &&
              set(RLIMIT_NOFILE, limits.descriptors, limits.descriptors) &&
              // SIGXCPU first, told apart from a crash; a second later SIGKILL.
              set(RLIMIT_CPU, limits.processor_s,
                  rlim_t{limits.processor_s} + (limits.handles_signals ? 0 : 1));
  if (limits.address_bytes != 0) {
    done = done && set(RLIMIT_AS, limits.address_bytes, limits.address_bytes);
  }
  if (limits.data_bytes != 0) {
    done = done && set(RLIMIT_DATA, limits.data_bytes, limits.data_bytes);
  }
  return done;
}

std::uint64_t mapped_bytes() {
  std::ifstream counts("/proc/self/statm");
  std::uint64_t pages = 0;
  counts >> pages;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace dms::search::extract
