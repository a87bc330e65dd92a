#include "storage/content_damage.h"

#include <string_view>

namespace dms::storage {

// All of them begin with it: content_core.cpp, content_scrub.cpp, content_verify.cpp.
std::set<Sha256Digest> contents_told_of(const std::vector<std::string>& problems) {
  constexpr std::string_view begin = "content ";
  constexpr std::size_t digits = 64;
  std::set<Sha256Digest> contents;
  for (const std::string& problem : problems) {
    if (!problem.starts_with(begin)) continue;
    const auto digest = Sha256Digest::from_hex(problem.substr(begin.size(), digits));
    if (digest) contents.insert(*digest);
  }
  return contents;
}

}  // namespace dms::storage
