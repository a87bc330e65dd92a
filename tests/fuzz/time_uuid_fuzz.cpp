// fuzz-links: aktenwerk_base
// Times, dates and UUIDs in text: never a crash; what is read writes and reads back the same.

#include "dms/base/id.h"
#include "dms/base/time.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dms::test::fuzz_text(data, size);
  if (const auto instant = dms::parse_rfc3339(text)) {
    // An offset may lead out of the years 1 to 9999, where there is no text to read back.
    const std::string written = dms::format_rfc3339(*instant);
    const bool is_in_range = written.size() == 27 && !written.starts_with("0000");
    FUZZ_REQUIRE(!is_in_range || dms::parse_rfc3339(written) == instant);
    FUZZ_REQUIRE(!dms::format_http_date(*instant).empty());
  }
  if (const auto date = dms::parse_date(text)) FUZZ_REQUIRE(dms::format_date(*date) == text);
  if (const auto uuid = dms::parse_uuid(text)) {
    FUZZ_REQUIRE(dms::parse_uuid(dms::to_string(*uuid)) == uuid);
  }
  return 0;
}
