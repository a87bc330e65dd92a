#pragma once

// Pages to be looked at: small JPEGs of one page, and a PDF of all pages of a picture whose format
// browsers do not show.

#include <cstdint>
#include <string>
#include <string_view>

#include "search/extract/protocol/cause.h"
#include "search/extract/protocol/messages.h"
#include "search/extract/sandbox/tool.h"

namespace dms::search::extract {

inline constexpr std::uint32_t image_side_max = 4096;  // pixels

// poppler's pdftoppm: the page (from 1) as its CropBox shows it, in colour, as a PPM. Letters of
// fonts that the PDF lacks come from the machine's.
ToolCommand page_image_tool(std::uint32_t page, std::uint32_t side_max);

struct DrawnImage {
  Cause cause = Cause::none;
  std::string bytes;  // where there is no cause
};
// A picture's page as a JPEG, upright, its longer side at most `side_max` pixels; never larger than
// it is.
DrawnImage make_page_image(std::string_view picture, std::uint32_t page, std::uint32_t side_max);
// All pages, each a JPEG of at most `side_max` on a page of its size, as a PDF (ISO 32000-1) of at
// most `bytes_max`.
DrawnImage make_picture_pdf(std::string_view picture, std::uint32_t pages, std::uint32_t side_max,
                            std::size_t bytes_max);

// The last stages of jobs: the tool's PPM, or a picture's file, on standard input.
void run_image_stage(const JobRequest& request);
void run_picture_pdf_job(const JobRequest& request);

}  // namespace dms::search::extract
