#pragma once

// Pictures of pages (JPEG, PNG, TIFF by leptonica), evened out for tesseract: one page, grey,
// upright as its file says, at about 300 dots an inch, within limits, as a PGM (netpbm, "P5").
// What is too large is found out before it is unpacked.

#include <cstdint>
#include <string>
#include <string_view>

#include "search/extract/protocol/cause.h"
#include "search/extract/protocol/messages.h"

namespace dms::search::extract {

inline constexpr std::uint64_t picture_bytes_max = 400ULL << 20U;  // unpacked
inline constexpr std::uint64_t page_pixels_max = 36'000'000;       // larger ones are made smaller
inline constexpr std::uint32_t picture_pages_max = 10'000;

// Whether it is read page by page: "image/jpeg", "image/png", "image/tiff".
bool is_page_picture(std::string_view mime_type);

// How many pages a picture of such a type has; 0 where its beginning is none. Nothing is unpacked.
std::uint32_t count_picture_pages(std::string_view mime_type, std::string_view bytes);

// A logo or a signature by its size: no more pixels than 600 by 250. Also of a GIF.
bool is_small_picture(std::string_view bytes);

struct PagePicture {
  Cause cause = Cause::none;  // or picture_too_large, broken_picture, out_of_memory
  std::string pgm;            // where there is no cause
};
// `page` counts from 1.
PagePicture make_page_picture(std::string_view bytes, std::uint32_t page);

// As a stage of a job: the file or another tool's PGM on standard input, the PGM on standard
// output; a cause on standard error, in words that find_picture_cause() finds again.
void run_picture_stage(const JobRequest& request);
Cause find_picture_cause(std::string_view messages);

}  // namespace dms::search::extract
