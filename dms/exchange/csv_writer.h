#pragma once

// Rows of CSV that German office programs open as a table: fields divided by `;`, CRLF, quotes as
// in RFC 4180. A cell that a spreadsheet would take for a formula (it begins with = + - @, tab, CR
// or LF, or with such a character of full width) gets an apostrophe before it. parse_csv() reads
// what was written, but for that apostrophe. Pure; thread-safe.

#include <span>
#include <string>
#include <string_view>

namespace dms::exchange {

// Stands at the beginning of the file, else these programs do not take it for UTF-8.
inline constexpr std::string_view csv_byte_order_mark = "\xEF\xBB\xBF";

// Appends a row with its end. `cells` are UTF-8.
void append_csv_row(std::string& out, std::span<const std::string> cells);

}  // namespace dms::exchange
