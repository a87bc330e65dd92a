#pragma once

// The parts of a ZIP archive that a parser wants, read into memory (libarchive). Archives come
// from strangers: entries, sizes and the ratio of expansion are limited.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "search/extract/protocol/cause.h"

namespace dms::search::extract {

// Real office files expand 3 to 30 times; deflate reaches 1,000.
struct ZipLimits {
  std::size_t entries = 20'000;
  std::size_t part_bytes = 96U << 20U;
  std::size_t total_bytes = 192U << 20U;
  std::size_t ratio = 250;                   // of total to the archive's size…
  std::size_t ratio_free_bytes = 8U << 20U;  // …once more than this has come out
};

struct ZipParts {
  std::map<std::string, std::string, std::less<>> parts;  // name → content
  Cause trouble = Cause::none;  // broken_container, expands_too_much, too_many_parts, password

  // The part's content; empty where it is absent.
  std::string_view find(std::string_view name) const {
    auto found = parts.find(name);
    return found == parts.end() ? std::string_view() : std::string_view(found->second);
  }
};

// Reads every entry whose name `wanted` takes. Where a name comes twice the first counts. On
// trouble the parts read so far are kept.
ZipParts read_zip(std::string_view archive, const std::function<bool(std::string_view)>& wanted,
                  const ZipLimits& limits = {});

}  // namespace dms::search::extract
