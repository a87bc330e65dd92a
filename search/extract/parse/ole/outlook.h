#pragma once

// Messages as Outlook saves them ([MS-OXMSG]). What comes out is what comes out of the same message
// as MIME: the head as facts, the body, then attachments.

#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// `nesting` counts the files around this one.
Parsed parse_outlook(const CompoundFile& file, TextSink& sink, int nesting);

}  // namespace dms::search::extract
