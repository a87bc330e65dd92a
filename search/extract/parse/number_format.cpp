#include "search/extract/parse/number_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace dms::search::extract {
namespace {

struct Builtin {
  std::uint32_t number;
  std::string_view code;
};
constexpr std::array builtins = {
    Builtin{1, "0"},
    Builtin{2, "0.00"},
    Builtin{3, "#,##0"},
    Builtin{4, "#,##0.00"},
    Builtin{5, "#,##0 \"€\";-#,##0 \"€\""},
    Builtin{6, "#,##0 \"€\";-#,##0 \"€\""},
    Builtin{7, "#,##0.00 \"€\";-#,##0.00 \"€\""},
    Builtin{8, "#,##0.00 \"€\";-#,##0.00 \"€\""},
    Builtin{9, "0%"},
    Builtin{10, "0.00%"},
    Builtin{11, "0.00E+00"},
    Builtin{12, "# ?/?"},
    Builtin{13, "# ?\?/?\?"},
    Builtin{14, "dd.mm.yyyy (yyyy-mm-dd)"},
    Builtin{15, "dd. mmm yy"},
    Builtin{16, "dd. mmm"},
    Builtin{17, "mmm yy"},
    Builtin{18, "h:mm AM/PM"},
    Builtin{19, "h:mm:ss AM/PM"},
    Builtin{20, "hh:mm"},
    Builtin{21, "hh:mm:ss"},
    Builtin{22, "dd.mm.yyyy hh:mm (yyyy-mm-dd)"},
    Builtin{37, "#,##0;-#,##0"},
    Builtin{38, "#,##0;-#,##0"},
    Builtin{39, "#,##0.00;-#,##0.00"},
    Builtin{40, "#,##0.00;-#,##0.00"},
    Builtin{41, "#,##0"},
    Builtin{42, "#,##0 \"€\""},
    Builtin{43, "#,##0.00"},
    Builtin{44, "#,##0.00 \"€\""},
    Builtin{45, "mm:ss"},
    Builtin{46, "[h]:mm:ss"},
    Builtin{47, "mm:ss.0"},
    Builtin{48, "##0.0E+0"},
    Builtin{49, "@"},
};

constexpr std::size_t code_bytes_max = 1000;

std::string printed(const char* form, int decimals, double value) {
  std::array<char, 400> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), form, decimals, value);
  if (length < 0) return {};
  return {buffer.data(), std::min(static_cast<std::size_t>(length), buffer.size() - 1)};
}

std::vector<std::string_view> sections_of(std::string_view code) {
  std::vector<std::string_view> sections;
  std::string_view rest = code;
  const char* begin = code.data();
  while (!rest.empty()) {
    const char* const here = rest.data();
    const FormatPiece piece = take_format_piece(rest);
    if (piece.kind == FormatPiece::Kind::placeholder && piece.text.front() == ';') {
      sections.emplace_back(begin, static_cast<std::size_t>(here - begin));
      begin = rest.data();
    }
  }
  sections.emplace_back(begin, static_cast<std::size_t>(code.data() + code.size() - begin));
  return sections;
}

// "[$€-407]" → "€".
std::string_view currency_of(std::string_view bracket) {
  if (!bracket.starts_with('$')) return {};
  bracket.remove_prefix(1);
  return bracket.substr(0, bracket.find('-'));
}

bool is_digit_place(char c) {
  return c == '0' || c == '#' || c == '?';
}

// One section that shows a number: what stands where, found in one pass and then filled in.
class NumberSection {
 public:
  explicit NumberSection(std::string_view section) {
    while (!section.empty()) take(take_format_piece(section));
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend() && *piece == ","; ++piece) {
      scale_ /= 1000;
    }
  }

  std::string show(double magnitude) const {
    if (general_) return with_general(format_general(magnitude * scale_));
    if (fraction_) return format_general(magnitude);
    if (whole_places_ == 0 && decimals_ == 0) return all_literals();
    if (exponent_) {
      std::string text = printed("%.*E", decimals_, magnitude);
      std::replace(text.begin(), text.end(), '.', ',');
      return text;
    }
    std::string digits = printed("%.*f", decimals_, magnitude * scale_);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    return fill(digits.substr(0, point), digits.substr(std::min(point + 1, digits.size())));
  }

 private:
  void take(const FormatPiece& piece) {
    const char first = piece.text.empty() ? '\0' : piece.text.front();
    if (piece.kind == FormatPiece::Kind::literal) return literal(piece.text);
    if (piece.kind == FormatPiece::Kind::bracket) return literal(currency_of(piece.text));
    if (piece.text.starts_with("General")) {
      general_ = true;
      pieces_.emplace_back("G");
    } else if (is_digit_place(first)) {
      for (const char c : piece.text) digit(c);
    } else if (first == '.') {
      pieces_.emplace_back(".");
      in_decimals_ = true;
    } else if (first == ',') {
      for (std::size_t i = 0; i < piece.text.size(); ++i) pieces_.emplace_back(",");
      after_comma_ = whole_places_ > 0;
    } else if (first == 'E' || first == 'e') {
      exponent_ = true;
    } else if (first == '/') {
      fraction_ = whole_places_ > 0;
      literal(piece.text);
    } else {
      for (const char c : piece.text) {
        if (c == '%') scale_ *= 100;
      }
      literal(piece.text);
    }
  }

  void literal(std::string_view text) {
    if (!text.empty()) pieces_.push_back("\"" + std::string(text));
  }

  void digit(char c) {
    if (exponent_) return;
    pieces_.emplace_back(1, c);
    if (in_decimals_) {
      decimals_ = std::min(decimals_ + 1, 30);
    } else {
      ++whole_places_;
      thousands_ = thousands_ || after_comma_;
    }
  }

  std::string with_general(const std::string& number) const {
    std::string text;
    for (const std::string& each : pieces_) {
      if (each == "G") text += number;
      if (each.front() == '"') text += each.substr(1);
    }
    return text;
  }

  std::string all_literals() const {
    std::string text;
    for (const std::string& each : pieces_) {
      if (each.front() == '"') text += each.substr(1);
    }
    return text;
  }

  // From right to left, so that every place gets its digit and the first the rest.
  std::string fill(std::string_view whole, std::string_view decimals) const {
    if (whole == "0") whole = {};
    std::string reversed;
    std::size_t decimal = decimals.size();
    std::size_t taken = 0;  // digits before the comma
    int places_left = whole_places_;
    bool after_point = in_decimals_;
    const auto put = [&](char c) {
      if (thousands_ && taken > 0 && taken % 3 == 0) reversed += '.';
      reversed += c;
      ++taken;
    };
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
      const char first = piece->front();
      if (first == '"') {
        reversed.append(piece->rbegin(), piece->rend() - 1);
      } else if (first == '.') {
        after_point = false;
        if (!reversed.empty() && decimals.size() > decimal) reversed += ',';
        if (whole_places_ == 0) places_left = 0;
      } else if (is_digit_place(first) && after_point) {
        if (decimal == 0) continue;
        const char c = decimals[--decimal];
        // "#" after the comma shows no zero at the end.
        const bool idle = first == '#' && c == '0' && digits_shown(reversed) == 0;
        if (!idle) reversed += c;
      } else if (is_digit_place(first)) {
        --places_left;
        if (!whole.empty()) {
          put(whole.back());
          whole.remove_suffix(1);
        } else if (first == '0') {
          put('0');
        }
        while (places_left == 0 && !whole.empty()) {
          put(whole.back());
          whole.remove_suffix(1);
        }
      }
    }
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
  }

  static std::size_t digits_shown(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  }

  std::vector<std::string> pieces_;  // "\"text" is a literal, else one placeholder
  double scale_ = 1;
  int whole_places_ = 0;
  int decimals_ = 0;
  bool in_decimals_ = false;
  bool after_comma_ = false;
  bool thousands_ = false;
  bool general_ = false;
  bool exponent_ = false;
  bool fraction_ = false;
};

// Which section a value takes: positive, negative, zero; a first section alone takes all.
std::string_view section_for(double value, const std::vector<std::string_view>& sections) {
  if (value < 0 && sections.size() > 1) return sections[1];
  if (value == 0 && sections.size() > 2) return sections[2];
  return sections.front();
}

}  // namespace

std::string_view builtin_number_format(std::uint32_t number) {
  const auto found = std::find_if(builtins.begin(), builtins.end(),
                                  [&](const Builtin& each) { return each.number == number; });
  return found == builtins.end() ? std::string_view() : found->code;
}

FormatPiece take_format_piece(std::string_view& rest) {
  using Kind = FormatPiece::Kind;
  const auto take = [&](Kind kind, std::size_t skip, std::size_t size, std::size_t all) {
    const FormatPiece piece{kind, rest.substr(std::min(skip, rest.size()), size)};
    rest.remove_prefix(std::min(all, rest.size()));
    return piece;
  };
  const char c = rest.front();
  if (c == '"') {
    const std::size_t end = std::min(rest.find('"', 1), rest.size());
    return take(Kind::literal, 1, end - 1, end + 1);
  }
  if (c == '[') {
    const std::size_t end = std::min(rest.find(']', 1), rest.size());
    return take(Kind::bracket, 1, end - 1, end + 1);
  }
  const auto character = [&](std::size_t at) {
    std::size_t length = at < rest.size() ? 1 : 0;
    while (at + length < rest.size() &&
           (static_cast<unsigned char>(rest[at + length]) & 0xc0U) == 0x80U) {
      ++length;
    }
    return length;
  };
  if (c == '\\') return take(Kind::literal, 1, character(1), 1 + character(1));
  // As wide as a character, or filled up with it: nothing to read.
  if (c == '_' || c == '*') return take(Kind::literal, 1, 0, 1 + character(1));
  if (rest.starts_with("General")) return take(Kind::placeholder, 0, 7, 7);
  if (rest.starts_with("AM/PM")) return take(Kind::placeholder, 0, 5, 5);
  if (rest.starts_with("A/P")) return take(Kind::placeholder, 0, 3, 3);
  constexpr std::string_view placeholders = "0#?.,;%/EeyYmMdDhHsS@";
  if (placeholders.find(c) == std::string_view::npos) {
    return take(Kind::literal, 0, character(0), character(0));
  }
  std::size_t length = 1;
  while (length < rest.size() && rest[length] == c && c != ';') ++length;
  return take(Kind::placeholder, 0, length, length);
}

std::string format_general(double value) {
  if (!std::isfinite(value)) return {};
  std::string text = printed("%.*g", 15, value);
  if (text.find('e') != std::string::npos && std::fabs(value) < 1e21 && std::fabs(value) >= 1) {
    text = printed("%.*f", 0, value);
  }
  std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

std::string format_cell_number(double value, std::string_view code, DateSystem system) {
  if (!std::isfinite(value)) return {};
  if (code.empty() || code.size() > code_bytes_max || code == "@") return format_general(value);
  const std::vector<std::string_view> sections = sections_of(code);
  const std::string_view section = section_for(value, sections);
  if (is_date_section(section)) {
    std::string date = format_cell_date(value, section, system);
    return date.empty() ? format_general(value) : date;
  }
  // A section for negative numbers brings its own sign.
  const bool own_sign = value < 0 && sections.size() > 1;
  const std::string shown = NumberSection(section).show(std::fabs(value));
  return value < 0 && !own_sign ? "-" + shown : shown;
}

}  // namespace dms::search::extract
