#pragma once

// DOC: Word 97 to 2003 ([MS-DOC]) and, without list numbers, Word 6 and 95. The body, then
// footnotes, headers and footers, comments, endnotes and text boxes; then the addresses of links.

#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

Parsed parse_word_binary(const CompoundFile& file, TextSink& sink);

}  // namespace dms::search::extract
