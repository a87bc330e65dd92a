// fuzz-links: aktenwerk_base
// fuzz-sources: dms/exchange/csv.cpp
// CSV of any bytes: never a crash, never beyond the limits; and what was read, written out again
// with every field in quotes, reads as the same.

#include "dms/exchange/csv.h"

#include "dms/base/text.h"
#include "support/fuzz.h"

namespace {

std::string quoted(const std::vector<dms::exchange::CsvRow>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      if (i > 0) text += ';';
      text += '"';
      for (const char c : row.fields[i]) {
        if (c == '"') text += '"';
        text += c;
      }
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = dms::test::fuzz_text(data, size);
  const dms::exchange::CsvLimits limits{
      .bytes_max = 1U << 16U, .rows_max = 100, .fields_max = 8, .field_bytes_max = 256};
  const auto rows = dms::exchange::parse_csv(text, limits);
  if (!rows) {
    FUZZ_REQUIRE(!rows.error().fields.empty() || rows.error().code == dms::ErrorCode::too_large);
    return 0;
  }
  FUZZ_REQUIRE(rows->size() <= limits.rows_max);
  for (const auto& row : *rows) {
    FUZZ_REQUIRE(!row.fields.empty() && row.fields.size() <= limits.fields_max);
    for (const std::string& field : row.fields) {
      FUZZ_REQUIRE(field.size() <= limits.field_bytes_max && dms::is_valid_utf8(field));
    }
  }
  const auto again = dms::exchange::parse_csv(quoted(*rows), {});
  FUZZ_REQUIRE(again.has_value() && again->size() == rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    FUZZ_REQUIRE((*again)[i].fields == (*rows)[i].fields);
  }
  return 0;
}
