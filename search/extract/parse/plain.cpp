#include "search/extract/parse/plain.h"

#include "search/extract/parse/charset.h"

namespace dms::search::extract {

Parsed parse_plain(std::string_view bytes, std::string_view charset, TextSink& sink) {
  std::string text = to_utf8(bytes, charset, sink.room());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      text[kept++] = text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      text[kept++] = '\n';
    }
  }
  text.resize(kept);
  sink.append(text);
  return {};
}

}  // namespace dms::search::extract
