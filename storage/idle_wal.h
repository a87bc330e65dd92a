#pragma once

// INTERNAL to storage/: when to look at the WAL of a store that lies idle. RocksDB writes out
// memtables when they are full; what is left in them when work ends would be replayed by the next
// opening after a kill, up to 256 MiB of WAL.

#include <chrono>
#include <cstdint>
#include <utility>

#include "dms/base/time.h"

namespace dms::storage {

// One thread at a time.
class IdleWal {
 public:
  // A store is idle when for this long nothing was committed.
  static constexpr std::chrono::minutes idle_after{1};

  explicit IdleWal(const Clock& clock) : clock_(clock), since_(clock.now()) {}

  // True once each minute in which nothing was committed, where anything (reads, uploads) was
  // written since it was true last. `group` is the last group's number, `state` the database's.
  bool look_is_due(std::uint64_t group, std::uint64_t state) {
    const Instant now = clock_.now();
    if (group != group_ || now < since_) {  // the clock may go back
      group_ = group;
      since_ = now;
    }
    if (now - since_ < idle_after) return false;
    since_ = now;
    return std::exchange(state_, state) != state;
  }

 private:
  const Clock& clock_;
  std::uint64_t group_ = 0;
  std::uint64_t state_ = 0;
  Instant since_;
};

}  // namespace dms::storage
