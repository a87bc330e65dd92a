#pragma once

// RTF (Rich Text Format 1.9.1), as word processors and Outlook write it: what a page shows, with
// headers and footers in their place; footnotes and comments after the body, then the addresses of
// links.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

Parsed parse_rtf(std::string_view bytes, TextSink& sink);

}  // namespace dms::search::extract
