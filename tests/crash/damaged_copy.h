#pragma once

// Copies of a data folder to be damaged: states are kept aside, laid out again in the folder that
// the server is configured for, and lose or change bytes there.

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace dms::test {

// A file of a kept state, below its data folder.
struct KeptFile {
  std::filesystem::path path;
  std::string kind;    // "WAL", "MANIFEST", "table of records", …: what outcomes are counted by
  std::string tenant;  // "" for what all share
  std::uintmax_t size = 0;
};

struct Flip {
  std::uint64_t offset = 0;
  std::uint8_t mask = 1;  // not zero
};

// Not thread-safe. Aborts where the file system refuses.
class DamagedCopy {
 public:
  // `data` is the server's data folder; states are kept in `states`, on the same file system.
  DamagedCopy(std::filesystem::path data, std::filesystem::path states);

  // Takes the data folder away as a state of this name. No server runs.
  void keep(const std::string& state);
  // Makes the data folder anew from it: tables, which nobody ever writes again, as further links,
  // everything else as copies.
  void lay_out(const std::string& state) const;
  // The state's files that hold anything, by kind; `families` of a tenant's tables, by file name.
  std::vector<KeptFile> files(const std::string& state) const;

  void flip(const KeptFile& file, const Flip& flip) const;
  void cut(const KeptFile& file, std::uint64_t size) const;
  // That no state was touched since it was kept: a link too many would make every outcome a lie.
  bool states_are_untouched() const;

  std::filesystem::path tenant_store(const std::string& tenant) const;
  const std::filesystem::path& data() const { return data_; }
  std::filesystem::path state(const std::string& name) const { return states_ / name; }

 private:
  // The file as one of the data folder's own, no longer shared with a state.
  std::filesystem::path unshared(const KeptFile& file) const;

  const std::filesystem::path data_;
  const std::filesystem::path states_;
  std::map<std::string, std::string> sums_;  // of each state
};

// SHA-256 over all files below a folder, in order of their names.
std::string sum_of(const std::filesystem::path& folder);

// A place in a file of `size` bytes: anywhere, but every other time near the end of a large one,
// where its own bookkeeping stands.
Flip random_flip(std::uintmax_t size, std::mt19937_64& random);

}  // namespace dms::test
