#include "search/extract/parse/picture_header.h"

#include <algorithm>
#include <cstddef>

#include "search/extract/parse/tiff_bytes.h"

namespace dms::search::extract {
namespace {

int orientation_in(const TiffBytes& tiff) {
  constexpr std::uint64_t orientation_tag = 0x0112;
  const std::uint64_t directory = tiff.first_directory();
  if (tiff.is_big() || directory == 0) return 1;
  const std::uint64_t count = tiff.number(directory, 2);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t entry = directory + 2 + i * tiff_entry_bytes;
    if (tiff.number(entry, 2) != orientation_tag) continue;
    const std::uint64_t value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace

std::uint32_t count_tiff_pages(std::string_view bytes, std::uint32_t pages_max) {
  const auto tiff = TiffBytes::open(bytes);
  if (!tiff) return 0;
  const bool big = tiff->is_big();
  std::uint32_t pages = 0;
  // A chain that leads back to itself ends at pages_max.
  for (std::uint64_t at = tiff->first_directory(); at != 0 && at < tiff->size(); ++pages) {
    if (pages == pages_max) break;
    const std::uint64_t count = tiff->number(at, big ? 8 : 2);
    if (count > tiff->size()) break;
    at = big ? tiff->number(at + 8 + count * 20, 8)
             : tiff->number(at + 2 + count * tiff_entry_bytes, 4);
  }
  return pages;
}

int exif_orientation(std::string_view jpeg) {
  constexpr std::string_view exif("Exif\0\0", 6);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(jpeg[at]); };
  std::size_t at = 2;  // after the mark of the beginning
  while (at + 4 <= jpeg.size() && byte(at) == 0xffU) {
    const unsigned kind = byte(at + 1);
    const std::size_t length = static_cast<std::size_t>(byte(at + 2)) << 8U | byte(at + 3);
    // The pixels begin.
    if (kind == 0xdaU || length < 2) return 1;
    const std::string_view segment =
        jpeg.substr(at + 4, std::min(length - 2, jpeg.size() - at - 4));
    if (kind == 0xe1U && segment.starts_with(exif)) {
      const auto tiff = TiffBytes::open(segment.substr(exif.size()));
      return tiff ? orientation_in(*tiff) : 1;
    }
    at += 2 + length;
  }
  return 1;
}

}  // namespace dms::search::extract
