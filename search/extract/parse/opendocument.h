#pragma once

// OpenDocument (ISO/IEC 26300) text, spreadsheet and presentation: the body, notes, comments, then
// headers and footers of the page styles.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/zip_parts.h"

namespace dms::search::extract {

Parsed parse_open_document(std::string_view bytes, TextSink& sink);
// The same from the parts of an opened archive.
Parsed parse_open_document(ZipParts parts, TextSink& sink);

}  // namespace dms::search::extract
