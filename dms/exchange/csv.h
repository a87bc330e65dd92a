#pragma once

// CSV as in RFC 4180, strictly: UTF-8 (a byte order mark is taken off), LF or CRLF, fields divided
// by
// `;` or `,` (whichever the first line has first, outside quotes), quoted fields with doubled
// quotes, line breaks inside quotes. Anything else is refused with its line: a quote inside an
// unquoted field, text after a closing quote, an open quote at the end, control characters,
// ill-formed UTF-8. An empty line is skipped. Pure; thread-safe.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"

namespace dms::exchange {

struct CsvLimits {
  std::size_t bytes_max = 8U << 20U;
  std::size_t rows_max = 20'000;
  std::size_t fields_max = 64;  // a row
  std::size_t field_bytes_max = 16'384;
};

struct CsvRow {
  std::size_t line = 1;  // where it begins
  std::vector<std::string> fields;
};

// All rows, the header among them. `invalid`, its first field's pointer being "/line/<n>".
Result<std::vector<CsvRow>> parse_csv(std::string_view text, const CsvLimits& limits = {});

}  // namespace dms::exchange
