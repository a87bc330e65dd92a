#pragma once

// What pictures say of themselves before their pixels, and leptonica does not tell.

#include <cstdint>
#include <string_view>

namespace dms::search::extract {

// Pages of a TIFF (TIFF 6.0, section 2; BigTIFF too), at most `pages_max`; 0 where it is none.
std::uint32_t count_tiff_pages(std::string_view bytes, std::uint32_t pages_max);

// The orientation of a JPEG after EXIF (CIPA DC-008, tag 0x0112): 1 to 8; 1 where it tells none.
int exif_orientation(std::string_view jpeg);

}  // namespace dms::search::extract
