#pragma once

// How a spreadsheet shows a number: format codes as Excel and OOXML have them (ECMA-376 part 1,
// 18.8.30 and 18.8.31), read as a German program reads them: decimal comma, points between
// thousands, German names of days and months unless the code asks for English ones.

#include <cstdint>
#include <string>
#include <string_view>

namespace dms::search::extract {

enum class DateSystem : std::uint8_t { from_1900, from_1904 };

// The code of a format known by its number alone; empty where there is none.
std::string_view builtin_number_format(std::uint32_t number);

// "1.234,50 €", "22.11.2026", "12 %". An empty code is General.
std::string format_cell_number(double value, std::string_view code, DateSystem system);

// Up to 15 digits, without needless ones: "1234,5".
std::string format_general(double value);

// One section of a format code that shows a date or a time. `serial`: days since the system's
// first. Nothing where that is no day that Excel knows.
std::string format_cell_date(double serial, std::string_view section, DateSystem system);
bool is_date_section(std::string_view section);

// A piece of a section: a run of one letter or placeholder, a literal, or what stood in brackets.
struct FormatPiece {
  enum class Kind : std::uint8_t { placeholder, literal, bracket } kind = Kind::placeholder;
  std::string_view text;
};
// Takes the first piece off; `rest` is not empty.
FormatPiece take_format_piece(std::string_view& rest);

}  // namespace dms::search::extract
