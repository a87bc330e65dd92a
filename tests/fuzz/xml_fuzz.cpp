// fuzz-links: aktenwerk_parsers
// XML of any bytes, invoices among it: what is found is what the server's side would take.

#include "search/extract/parse/xml_text.h"
#include "search/extract/protocol/fact.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  TextSink sink(test::fuzz_text_max);
  const Parsed parsed = parse_xml(test::fuzz_text(data, size), sink);
  test::require_sound(sink);
  if (!parsed.invoice) return 0;
  search::Extraction found;
  found.invoice = parsed.invoice;
  search::Extraction taken;
  for (const Fact& fact : list_facts(found)) {
    FUZZ_REQUIRE(take_fact(static_cast<std::uint8_t>(fact.kind), fact.text, taken));
  }
  FUZZ_REQUIRE(facts_agree(taken) && taken.invoice == found.invoice);
  return 0;
}
