#pragma once

// XLSX (ECMA-376, SpreadsheetML): each sheet with its name, its rows as lines of cells as a reader
// sees them, headers and footers, text boxes, charts and comments; then what it takes from
// elsewhere and the addresses linked to.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/zip_parts.h"

namespace dms::search::extract {

Parsed parse_spreadsheet(std::string_view bytes, TextSink& sink);
// The same from the parts of an opened archive.
Parsed parse_spreadsheet(ZipParts parts, TextSink& sink);

// A header or footer without its codes: "&L&\"Arial\"Seite &P" → "Seite" (ECMA-376 part
// 1, 18.3.1.39). XLS has them in the same form.
std::string header_text(std::string_view coded);

}  // namespace dms::search::extract
