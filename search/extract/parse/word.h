#pragma once

// DOCX (ECMA-376, WordprocessingML): headers, body, footers, footnotes, endnotes, comments, charts,
// then the addresses of what the document refers to outside.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

Parsed parse_word(std::string_view bytes, TextSink& sink);

}  // namespace dms::search::extract
