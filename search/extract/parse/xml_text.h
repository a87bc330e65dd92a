#pragma once

// XML of any vocabulary: its character content as text, element by element. Electronic invoices
// say what they are beside it (invoice.h).

#include <cstddef>
#include <string_view>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// A tree takes about 200 bytes an element: a file beyond these is not parsed.
struct XmlLimits {
  std::size_t bytes = 64U << 20U;  // of UTF-8
  std::size_t nodes = 1'000'000;   // elements, attributes, comments and the like
};

// The declaration decides the character set. No DTD is read and nothing fetched; a file that
// declares entities of its own is not read at all, for without them its text is not what it says.
Parsed parse_xml(std::string_view bytes, TextSink& sink, const XmlLimits& limits = {});

}  // namespace dms::search::extract
