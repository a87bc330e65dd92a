#pragma once

// DOCX (ECMA-376, WordprocessingML): headers, body, footers, footnotes, endnotes, comments, charts,
// then the addresses of what the document refers to outside.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/zip_parts.h"

namespace dms::search::extract {

Parsed parse_word(std::string_view bytes, TextSink& sink);
// The same from the parts of an opened archive.
Parsed parse_word(ZipParts parts, TextSink& sink);

}  // namespace dms::search::extract
