#pragma once

// What office files say of themselves beside their pages.

#include <string>

#include "search/extract/parse/parsed.h"
#include "search/extract/parse/text_sink.h"

namespace dms::search::extract {

// UTF-8 as found.
struct Properties {
  std::string title;
  std::string author;
  std::string subject;
  std::string keywords;
  std::string comments;
};

// Title and author as metadata; the rest, which people write so that a file be found by it, as
// lines at the text's end. Files that hold nothing else stay without text.
void take_properties(const Properties& properties, Parsed& parsed, TextSink& sink);

}  // namespace dms::search::extract
