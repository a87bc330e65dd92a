#pragma once

// Which program's file a compound file is, and its text.

#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
// "application/vnd.ms-outlook", "application/encrypted" (an OOXML file behind a password,
// [MS-OFFCRYPTO] 1.3.2); empty where it is none of them or its directory is not there.
std::string_view type_of_compound_file(std::string_view bytes);

// `mime_type` is one of the above.
Parsed parse_compound_document(std::string_view mime_type, std::string_view bytes, TextSink& sink,
                               int nesting);

}  // namespace dms::search::extract
