#pragma once

// What on the pages of a stack tells one letter from the next: blank pages, and barcodes (by zbar).
// The pictures of a PDF's pages are made by poppler's pdftoppm in the tool profile, as PGMs
// (netpbm, "P5") one behind the other.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "search/extract/protocol/messages.h"
#include "search/extract/sandbox/tool.h"

namespace dms::search::extract {

// Eight bits a pixel, 0 is black, line by line without gaps.
struct GreyPicture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::string_view pixels;
};
// Takes a picture off the beginning of `bytes`; nullopt, and nothing taken, where none stands
// there whole.
std::optional<GreyPicture> take_picture(std::string_view& bytes);

// Nothing on it but specks: what lies in the margin (holes, shadows) is not looked at.
bool is_blank(const GreyPicture& picture);
// A page with a barcode is not blank, wherever that stands.
PageMarks mark_page(const GreyPicture& picture);

// At about 200 dots an inch for A4; the longer side has the same number of pixels whatever the
// page's size.
ToolCommand page_marks_tool(PageRange pages);
// As the last stage of a job: pictures on standard input, messages on descriptor 3, the reply on
// standard output; it tells of as many pages as there were pictures.
void run_pdf_marks_stage(const JobRequest& request);

// Those pages of a TIFF, as far as they can be read.
std::vector<PageMarks> mark_pictures(std::string_view bytes, PageRange pages);

}  // namespace dms::search::extract
