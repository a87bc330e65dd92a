// fuzz-links: aktenwerk_parsers
// Plain text with a declared character set (up to the first line feed), the second look of type
// detection, and pdftotext's output.

#include "search/extract/parse/detect.h"
#include "search/extract/parse/pdf_text.h"
#include "search/extract/parse/plain.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  const std::string_view all = test::fuzz_text(data, size);
  const std::size_t line = all.find('\n');
  const std::string_view first = all.substr(0, line);
  const std::string_view rest = line == std::string_view::npos ? "" : all.substr(line + 1);
  TextSink plain(test::fuzz_text_max);
  parse_plain(rest, first, plain);
  test::require_sound(plain);
  test::require_clean(rest);
  TextSink pdf(test::fuzz_text_max);
  const Parsed parsed = parse_pdf_text(rest, first, pdf);
  test::require_clean(parsed.title);
  test::require_sound(pdf);
  for (std::string_view magic : {"application/octet-stream", "text/plain", "text/xml"}) {
    FUZZ_REQUIRE(!refine_type(magic, rest).empty());
  }
  return 0;
}
