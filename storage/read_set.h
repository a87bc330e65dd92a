#pragma once

// INTERNAL to storage/: what a decide read, what commits wrote, and whether the two meet.

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/column_families.h"

namespace dms::storage {

// A key of any family: one ordered space for all.
std::string tagged_key(Family family, std::string_view key);

// Keys (found or not) and ranges [first, last) that were read.
struct ReadSet {
  std::vector<std::string> keys;
  std::vector<std::pair<std::string, std::string>> ranges;
};

using WriteSet = std::set<std::string>;

// Whether one of `writes` is a key or lies in a range that was read.
bool touches(const WriteSet& writes, const ReadSet& reads);

// The write sets of the newest groups of commits. One thread at a time.
class RecentWrites {
 public:
  // `state` numbers the state after the group: a snapshot of that state or later has seen it.
  void add(std::uint64_t state, WriteSet writes);
  // Whether anything in `reads` was written after the snapshot `state`; also true where the
  // snapshot is older than what is remembered.
  bool changed_since(std::uint64_t state, const ReadSet& reads) const;

 private:
  struct Group {
    std::uint64_t state = 0;
    WriteSet writes;
  };
  std::deque<Group> groups_;
  std::size_t keys_ = 0;
  std::uint64_t forgotten_state_ = 0;  // the newest state whose group was dropped
};

}  // namespace dms::storage
