#pragma once

// PPTX (ECMA-376, PresentationML): a page for each slide with its charts, diagrams, comments and
// notes; then what layouts and masters show besides placeholders; then the addresses linked to.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/zip_parts.h"

namespace dms::search::extract {

Parsed parse_presentation(std::string_view bytes, TextSink& sink);
// The same from the parts of an opened archive.
Parsed parse_presentation(ZipParts parts, TextSink& sink);

}  // namespace dms::search::extract
