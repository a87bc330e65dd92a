#pragma once

// Text out of the pictures of pages: poppler's pdftoppm makes the picture of a PDF's page,
// tesseract reads it; both are external programs in the tool profile. Here is what to run and how
// to read what tesseract says: TSV (its manual, "tsv" output), a row a page, block, paragraph, line
// and word.

#include <cstdint>
#include <string>
#include <string_view>

#include "search/extract/protocol/cause.h"
#include "search/extract/protocol/messages.h"
#include "search/extract/sandbox/tool.h"

namespace dms::search::extract {

// `page` counts from 1. The coarse picture has a bounded number of pixels whatever the page's size.
enum class Resolution : std::uint8_t { full, coarse };
ToolCommand page_picture_tool(std::uint32_t page, Resolution resolution);
ToolCommand recognition_tool(const std::string& languages);

struct ParsedPage {
  RecognisedPage page;
  Cause cause = Cause::none;
};
// All that tesseract wrote, and what all stages wrote to standard error.
ParsedPage parse_recognised(std::string_view tsv, std::string_view messages,
                            std::size_t text_bytes_max);

// As the last stage of a job: TSV on standard input, messages on descriptor 3, the reply on
// standard output.
void run_recognised_stage(const JobRequest& request);

}  // namespace dms::search::extract
