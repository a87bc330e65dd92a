#include "search/extract/parse/properties.h"

namespace dms::search::extract {

void take_properties(const Properties& properties, Parsed& parsed, TextSink& sink) {
  parsed.title = properties.title;
  parsed.author = properties.author;
  if (!sink.has_text()) return;
  for (const std::string* each :
       {&properties.subject, &properties.keywords, &properties.comments}) {
    if (each->find_first_not_of(" \t\r\n") == std::string::npos) continue;
    sink.line_break();
    sink.append(*each);
  }
}

}  // namespace dms::search::extract
