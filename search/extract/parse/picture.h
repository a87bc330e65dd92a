#pragma once

// INTERNAL to the parsers of pictures: leptonica's pictures as values, and reading one within
// limits. What is too large is found out before it is unpacked.

#include <leptonica/allheaders.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "search/extract/protocol/cause.h"

namespace dms::search::extract {

struct PixCloser {
  void operator()(PIX* pix) const { ::pixDestroy(&pix); }
};
using Picture = std::unique_ptr<PIX, PixCloser>;

struct LoadedPicture {
  Cause cause = Cause::none;  // or picture_too_large, broken_picture
  Picture pixels;             // where there is no cause
  int orientation = 1;        // as EXIF has it; TIFF's own leptonica heeds
};
// JPEG, PNG, TIFF, PNM. `page` counts from 1.
LoadedPicture load_picture(std::string_view bytes, std::uint32_t page);

// Of the first page, by what the file says of itself; 0 where it says nothing of use.
std::uint64_t count_pixels(std::string_view bytes);

// Taken over where it was made; else the picture stays as it is.
void replace(Picture& picture, PIX* made);
void set_upright(Picture& picture, int orientation);

// A picture of a page by pdftoppm, with room for its head.
inline constexpr std::size_t piped_bytes_max = 160U << 20U;
// All of standard input; false where there is more than `bytes_max`.
bool read_input(std::size_t bytes_max, std::string& all);
// Writes all of it; a reader that is gone takes this process along.
void write_all(int descriptor, std::string_view bytes);

}  // namespace dms::search::extract
