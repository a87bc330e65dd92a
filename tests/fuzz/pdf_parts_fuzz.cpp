// fuzz-links: aktenwerk_parsers
// What stands in a PDF beside its pages, and the XML of forms.

#include "search/extract/parse/job.h"
#include "search/extract/parse/pdf_parts.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  static const bool loaded = (preload_parsers(), true);
  FUZZ_REQUIRE(loaded);
  const std::string_view bytes = test::fuzz_text(data, size);
  if (bytes.starts_with('<')) {
    for (const std::string& each : xfa_texts(std::string(bytes))) FUZZ_REQUIRE(!each.empty());
    return 0;
  }
  TextSink sink(test::fuzz_text_max);
  const Parsed parsed = parse_pdf_parts(bytes, sink, 0);
  FUZZ_REQUIRE(parsed.contents.size() == parsed.attachments.size());
  test::require_sound(sink);
  return 0;
}
