#pragma once

// Lists are read in pages. A page holds what the asker may see, so it may be shorter than its
// limit, even empty, and still have a `next`: the work a page may cost is bounded. `after` and
// `next` are raw places in an index: the API seals them (cursor.h) before they leave the server and
// opens them when they come back.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dms {

struct PageRequest {
  std::string after;        // "" = the beginning
  std::size_t limit = 100;  // items; at most page_limit_max
};

inline constexpr std::size_t page_limit_max = 500;

template <class T>
struct Page {
  std::vector<T> items;
  std::string next;                             // "" where nothing follows
  std::optional<std::uint64_t> total_estimate;  // of what the asker may see; nullopt: not counted
};

}  // namespace dms
