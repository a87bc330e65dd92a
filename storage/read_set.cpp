#include "storage/read_set.h"

#include <algorithm>

namespace dms::storage {

namespace {

// A decide takes milliseconds, a group too: far more groups than can pass during one.
constexpr std::size_t groups_max = 256;
constexpr std::size_t keys_max = 50000;

}  // namespace

std::string tagged_key(Family family, std::string_view key) {
  std::string tagged;
  tagged.reserve(key.size() + 1);
  tagged.push_back(static_cast<char>(family));
  tagged.append(key);
  return tagged;
}

bool touches(const WriteSet& writes, const ReadSet& reads) {
  if (writes.empty()) return false;
  for (const std::string& key : reads.keys) {
    if (writes.contains(key)) return true;
  }
  return std::any_of(reads.ranges.begin(), reads.ranges.end(), [&](const auto& range) {
    const auto written = writes.lower_bound(range.first);
    return written != writes.end() && *written < range.second;
  });
}

void RecentWrites::add(std::uint64_t state, WriteSet writes) {
  keys_ += writes.size();
  groups_.push_back({state, std::move(writes)});
  while (groups_.size() > 1 && (groups_.size() > groups_max || keys_ > keys_max)) {
    keys_ -= groups_.front().writes.size();
    forgotten_state_ = groups_.front().state;
    groups_.pop_front();
  }
}

bool RecentWrites::changed_since(std::uint64_t state, const ReadSet& reads) const {
  if (state < forgotten_state_) return true;
  return std::any_of(groups_.rbegin(), groups_.rend(), [&](const Group& group) {
    return group.state > state && touches(group.writes, reads);
  });
}

}  // namespace dms::storage
