#pragma once

// Plain text: any character set, line ends of any system; form feeds stay page breaks.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// `charset` as declared by a mail, else empty.
Parsed parse_plain(std::string_view bytes, std::string_view charset, TextSink& sink);

}  // namespace dms::search::extract
