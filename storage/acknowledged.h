#pragma once

// INTERNAL to storage/: the file `acknowledged` beside the WAL. After each group's fsync and before
// its answers the committer overwrites it, so that a recovered history that ends before it is known
// for damage, however short the gap. It is not fsynced: it outlives the process, and after a power
// cut it may be older than the last group. Layout: README.md, for ever.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "dms/base/result.h"
#include "storage/journal.h"

namespace dms::storage {

// A place in the chain of reads: the day (days since 1970-01-01, UTC), the number of the entry in
// that day's segment (from 1), and its hash.
struct ReadsPosition {
  std::uint32_t day = 0;
  std::uint64_t number = 0;
  Sha256Digest hash;
  friend bool operator==(const ReadsPosition&, const ReadsPosition&) = default;
};

// What is on disk for good.
struct Acknowledged {
  LastGroup group;
  ReadsPosition reads;
};
// With a checksum. The generation tells the newer of two.
std::string encode_acknowledged(const Acknowledged& acknowledged, std::uint64_t generation);

// The file `clean` says the same and that the store was closed in order: everything is in tables
// and the WAL is empty. It is fsynced, and removed before anything is written again.
Result<void> write_clean_marker(int folder, const Acknowledged& acknowledged);
// nullopt where there is none, or none that is whole.
std::optional<Acknowledged> read_clean_marker(int folder);
Result<void> remove_clean_marker(int folder);

// One thread at a time.
class AcknowledgedFile {
 public:
  // What the file in `folder` says: nullopt where there is none; `corrupt` where no part of it is
  // whole.
  static Result<std::optional<Acknowledged>> read(int folder);
  // Opens or creates the file for writing; its name is on disk on return. `folder` is borrowed for
  // the call.
  static Result<std::unique_ptr<AcknowledgedFile>> open(int folder);
  ~AcknowledgedFile();
  AcknowledgedFile(const AcknowledgedFile&) = delete;
  AcknowledgedFile& operator=(const AcknowledgedFile&) = delete;

  Result<void> write(const Acknowledged& acknowledged);

 private:
  AcknowledgedFile(int descriptor, std::uint64_t generation)
      : descriptor_(descriptor), generation_(generation) {}

  int descriptor_;
  std::uint64_t generation_;
};

}  // namespace dms::storage
