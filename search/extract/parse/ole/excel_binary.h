#pragma once

// XLS: Excel 5 to 2003 ([MS-XLS], BIFF 5 and 8). Each sheet with its name, its rows as lines of
// cells as a reader sees them, headers and footers, text boxes and comments.

#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

Parsed parse_excel_binary(const CompoundFile& file, TextSink& sink);

}  // namespace dms::search::extract
