// fuzz-links: aktenwerk_parsers
// HTML of any bytes and any declared character set.

#include "search/extract/parse/html.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  const std::string_view bytes = test::fuzz_text(data, size);
  search::extract::TextSink sink(test::fuzz_text_max);
  const auto parsed = search::extract::parse_html(bytes, {}, sink);
  test::require_clean(parsed.title);
  test::require_sound(sink);
  return 0;
}
