#pragma once

// The document properties in a compound file ([MS-OLEPS], stream "\5SummaryInformation").

#include <string>
#include <string_view>

#include "search/extract/parse/ole/compound_file.h"
#include "search/extract/parse/properties.h"

namespace dms::search::extract {

// What is missing or no text is empty.
Properties read_summary(const CompoundFile& file);
// The same from the stream's bytes.
Properties parse_summary(std::string_view stream);

}  // namespace dms::search::extract
