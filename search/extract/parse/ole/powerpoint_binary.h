#pragma once

// PPT: PowerPoint 97 to 2003 ([MS-PPT]). A page for each slide, with its notes; then what masters
// show besides placeholders. What an earlier saving left in the file is not read.

#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

Parsed parse_powerpoint_binary(const CompoundFile& file, TextSink& sink);

}  // namespace dms::search::extract
