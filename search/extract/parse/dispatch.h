#pragma once

// One table from MIME type to parser.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// How deep messages and attachments may stand within one another.
inline constexpr int nesting_max = 5;

// Parses `bytes` as `mime_type`. `nesting` counts the files around this one. PDF has no parser
// here: the caller hands it to the tool.
Parsed parse_as(std::string_view mime_type, std::string_view bytes, TextSink& sink,
                int nesting = 0);

}  // namespace dms::search::extract
