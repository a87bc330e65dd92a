// fuzz-links: aktenwerk_parsers
// RTF of any bytes, and as Outlook compresses it.

#include "search/extract/parse/ole/compressed_rtf.h"
#include "search/extract/parse/rtf.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  const std::string_view bytes = test::fuzz_text(data, size);
  TextSink sink(test::fuzz_text_max);
  const Parsed parsed = parse_rtf(bytes, sink);
  test::require_clean(parsed.title);
  test::require_clean(parsed.author);
  test::require_sound(sink);
  FUZZ_REQUIRE(decompress_rtf(bytes, test::fuzz_text_max).size() <= test::fuzz_text_max + 18);
  return 0;
}
