// fuzz-links: aktenwerk_parsers
// DOCX, XLSX, PPTX and OpenDocument. The first byte chooses: an archive of any bytes, or, so that
// the XML is reached without guessing at deflate, parts in the clear: "@name\n" begins each.

#include "search/extract/parse/opendocument.h"
#include "search/extract/parse/presentation.h"
#include "search/extract/parse/spreadsheet.h"
#include "search/extract/parse/word.h"
#include "support/fuzz_extract.h"

namespace {

dms::search::extract::ZipParts split_parts(std::string_view bytes) {
  dms::search::extract::ZipParts parts;
  while (bytes.starts_with('@')) {
    const std::size_t line = bytes.find('\n');
    if (line == std::string_view::npos) break;
    const std::string name(bytes.substr(1, line - 1));
    bytes.remove_prefix(line + 1);
    const std::size_t end = bytes.find("\n@");
    parts.parts.emplace(name, std::string(bytes.substr(0, end)));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  return parts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  std::string_view bytes = test::fuzz_text(data, size);
  if (bytes.empty()) return 0;
  const char choice = bytes.front();
  bytes.remove_prefix(1);
  TextSink sink(test::fuzz_text_max);
  Parsed parsed;
  switch (choice) {
    case 'W':
      parsed = parse_word(bytes, sink);
      break;
    case 'X':
      parsed = parse_spreadsheet(bytes, sink);
      break;
    case 'P':
      parsed = parse_presentation(bytes, sink);
      break;
    case 'x':
      parsed = parse_spreadsheet(split_parts(bytes), sink);
      break;
    case 'p':
      parsed = parse_presentation(split_parts(bytes), sink);
      break;
    case 'O':
      parsed = parse_open_document(bytes, sink);
      break;
    case 'w':
      parsed = parse_word(split_parts(bytes), sink);
      break;
    case 'o':
      parsed = parse_open_document(split_parts(bytes), sink);
      break;
    default:
      return 0;
  }
  test::require_clean(parsed.title);
  test::require_clean(parsed.author);
  test::require_sound(sink);
  return 0;
}
