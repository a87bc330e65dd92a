// fuzz-links: aktenwerk_parsers
// Format codes of spreadsheets (after eight bytes that are the number), codes of page headers.

#include <cstring>

#include "dms/base/text.h"
#include "search/extract/parse/number_format.h"
#include "search/extract/parse/spreadsheet.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  std::string_view bytes = test::fuzz_text(data, size);
  double value = 0;
  if (bytes.size() < sizeof value) return 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  for (const DateSystem system : {DateSystem::from_1900, DateSystem::from_1904}) {
    const std::string shown = format_cell_number(value, bytes, system);
    FUZZ_REQUIRE(!is_valid_utf8(bytes) || is_valid_utf8(shown));
    FUZZ_REQUIRE(shown.size() <= 20'000 + bytes.size());
  }
  FUZZ_REQUIRE(header_text(bytes).size() <= bytes.size() + 1);
  return 0;
}
