#pragma once

// HTML and XHTML by libxml2's forgiving parser, as events: no tree, no network, no DTD.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// `charset` as declared by a mail, else empty: then the page's own declaration counts. Scripts,
// styles and templates are left out; blocks begin lines, alternative texts of images stay.
Parsed parse_html(std::string_view bytes, std::string_view charset, TextSink& sink);

}  // namespace dms::search::extract
