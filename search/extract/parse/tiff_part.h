#pragma once

// Some pages of a TIFF (TIFF 6.0) as a file of their own: their directories and their pictures'
// bytes as they are, nothing is unpacked.

#include <string>
#include <string_view>

#include "search/extract/extractor.h"

namespace dms::search::extract {

// The same bytes for the same pages. Empty where the pages are not there, or of a form that is not
// read here: BigTIFF, the JPEG of TIFF 6.0 (its successor, compression 7, is).
std::string tiff_part(std::string_view bytes, PageRange pages);

}  // namespace dms::search::extract
