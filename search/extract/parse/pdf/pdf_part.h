#pragma once

// Some pages of a PDF (ISO 32000-1) as a file of their own. C++17: see README.md.

#include <cstdint>
#include <string>
#include <string_view>

namespace dms::search::extract {

// Pages `first` to `last`, counted from 1, with their objects as they are: no stream is unpacked.
// What belongs to the document and not to its pages (attached files, outlines, its signature's
// worth) stays with the whole. The same bytes for the same pages. Empty where the file cannot be
// read, is behind a password, or has fewer pages. Throws std::bad_alloc where memory is exhausted.
std::string pdf_part(std::string_view bytes, std::uint32_t first, std::uint32_t last);

}  // namespace dms::search::extract
