#pragma once

// OpenDocument (ISO/IEC 26300) text, spreadsheet and presentation: the body, notes, comments, then
// headers and footers of the page styles.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

Parsed parse_open_document(std::string_view bytes, TextSink& sink);

}  // namespace dms::search::extract
