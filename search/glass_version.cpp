#include "search/glass_version.h"

#include <xapian.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>

namespace dms::search {

namespace {

constexpr std::string_view magic("\x0f\x0dXapian Glass", 14);
constexpr std::size_t head_bytes = 14 + 2 + 16;  // magic, version, UUID
constexpr int table_count = 6;
constexpr std::uint64_t levels_max = 10;

// Numbers as Xapian packs them: seven bits a byte, the lowest first, the last below 128.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !bytes_.empty() && shift < 63; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  bool skip(std::uint64_t count) {
    if (count > bytes_.size()) return false;
    bytes_.remove_prefix(count);
    return true;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

bool has_sound_levels(std::string_view version_file) {
  if (!version_file.starts_with(magic) || version_file.size() < head_bytes) return true;
  PackedReader in(version_file.substr(head_bytes));
  if (!in.number()) return true;  // the revision
  for (int table = 0; table < table_count; ++table) {
    const auto root = in.number();
    const auto level_and_flags = in.number();
    if (!root || !level_and_flags) return true;
    if ((*level_and_flags >> 2U) >= levels_max) return false;
    // Entries, block size, the least length to compress, and what tells of free blocks.
    const bool has_rest = in.number() && in.number() && in.number();
    const auto free_list_bytes = has_rest ? in.number() : std::nullopt;
    if (!free_list_bytes || !in.skip(*free_list_bytes)) return true;
  }
  return true;
}

void check_version_file(const std::string& folder) {
  std::ifstream in(folder + "/iamglass", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!has_sound_levels(bytes)) {
    throw Xapian::DatabaseCorruptError("the version file claims too many levels");
  }
}

}  // namespace dms::search
