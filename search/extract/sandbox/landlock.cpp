#include "search/extract/sandbox/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "search/extract/protocol/unique_fd.h"

namespace dms::search::extract {
namespace {

// The attribute as of version 6; earlier kernels take its first 8 or 16 bytes.
struct RulesetAttributes {
  std::uint64_t file_rights = 0;
  std::uint64_t network_rights = 0;  // version 4: bind and connect of TCP
  std::uint64_t scopes = 0;          // version 6: abstract sockets, signals
};

constexpr std::uint64_t rights_of_version_1 = (1ULL << 13U) - 1;
constexpr std::uint64_t right_refer = 1ULL << 13U;      // version 2
constexpr std::uint64_t right_truncate = 1ULL << 14U;   // version 3
constexpr std::uint64_t right_ioctl_dev = 1ULL << 15U;  // version 5
constexpr std::uint64_t all_network_rights = 3;
constexpr std::uint64_t all_scopes = 3;

struct Versioned {
  RulesetAttributes attributes;
  std::size_t bytes = 0;
};

Versioned everything_of(int version) {
  Versioned result{{rights_of_version_1}, 8};
  if (version >= 2) result.attributes.file_rights |= right_refer;
  if (version >= 3) result.attributes.file_rights |= right_truncate;
  if (version >= 4) {
    result.attributes.network_rights = all_network_rights;
    result.bytes = 16;
  }
  if (version >= 5) result.attributes.file_rights |= right_ioctl_dev;
  if (version >= 6) {
    result.attributes.scopes = all_scopes;
    result.bytes = 24;
  }
  return result;
}

bool allow(int ruleset, const std::string& path, std::uint64_t rights) {
  UniqueFd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) return true;
  struct stat attributes {};
  if (::fstat(place.get(), &attributes) != 0) return false;
  if (!S_ISDIR(attributes.st_mode)) rights &= ~std::uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};
  landlock_path_beneath_attr rule{rights, place.get()};
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

int landlock_version() {
  long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

bool apply_landlock(const LandlockPaths& paths) {
  int version = landlock_version();
  if (version == 0) return false;
  Versioned all = everything_of(version);
  UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &all.attributes, all.bytes, 0)));
  if (!ruleset) return false;
  constexpr std::uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  for (const std::string& path : paths.readable) {
    if (!allow(ruleset.get(), path, read)) return false;
  }
  for (const std::string& path : paths.executable) {
    if (!allow(ruleset.get(), path, read | LANDLOCK_ACCESS_FS_EXECUTE)) return false;
  }
  // No devices: the kernel's own do not belong there.
  constexpr std::uint64_t devices = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;
  const std::uint64_t write =
      all.attributes.file_rights &
      ~(std::uint64_t{LANDLOCK_ACCESS_FS_EXECUTE} | devices | right_ioctl_dev);
  for (const std::string& path : paths.writable) {
    if (!allow(ruleset.get(), path, write)) return false;
  }
  return ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
}

}  // namespace dms::search::extract
