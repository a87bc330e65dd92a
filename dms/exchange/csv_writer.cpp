#include "dms/exchange/csv_writer.h"

#include <algorithm>
#include <array>

namespace dms::exchange {

namespace {

bool looks_like_formula(std::string_view cell) {
  constexpr std::array<std::string_view, 11> beginnings{"=",  "+",  "-",  "@",  "\t", "\r",
                                                        "\n", "＝", "＋", "－", "＠"};
  return std::ranges::any_of(beginnings,
                             [cell](std::string_view each) { return cell.starts_with(each); });
}

void append_cell(std::string& out, std::string_view cell) {
  const bool is_quoted = looks_like_formula(cell) ||
                         cell.find_first_of(";,\"\r\n\t") != std::string_view::npos ||
                         cell.starts_with(' ') || cell.ends_with(' ');
  if (!is_quoted) {
    out += cell;
    return;
  }
  out += '"';
  if (looks_like_formula(cell)) out += '\'';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

void append_csv_row(std::string& out, std::span<const std::string> cells) {
  bool is_first = true;
  for (const std::string& cell : cells) {
    if (!is_first) out += ';';
    is_first = false;
    append_cell(out, cell);
  }
  out += "\r\n";
}

}  // namespace dms::exchange
