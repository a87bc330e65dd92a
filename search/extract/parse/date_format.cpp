// The dates and times of number_format.h.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "search/extract/parse/number_format.h"

namespace dms::search::extract {
namespace {

using Kind = FormatPiece::Kind;

struct Names {
  std::array<std::string_view, 12> months;
  std::array<std::string_view, 7> days;  // from Sunday
};
constexpr Names german{
    {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
     "November", "Dezember"},
    {"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}};
constexpr Names english{
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_elapsed(std::string_view bracket) {
  return !bracket.empty() && std::all_of(bracket.begin(), bracket.end(), [&](char c) {
    const char letter = lower(c);
    return letter == lower(bracket.front()) && (letter == 'h' || letter == 'm' || letter == 's');
  });
}

struct Moment {
  std::chrono::year_month_day day;
  unsigned weekday = 0;
  std::int64_t seconds = 0;  // of the day
  double elapsed_s = 0;      // since the system's beginning
};

// Excel counts a 29 February 1900 that never was: before it days are one off, and 0 is none.
bool read_serial(double serial, DateSystem system, Moment& moment) {
  constexpr double serial_max = 2'958'466;  // the end of 9999
  if (serial < 0 || serial >= serial_max) return false;
  moment.elapsed_s = serial * 86400;
  std::int64_t seconds = std::llround(moment.elapsed_s);
  const std::int64_t days = seconds / 86400;
  moment.seconds = seconds % 86400;
  using namespace std::chrono;
  const sys_days first = system == DateSystem::from_1904 ? sys_days{year{1904} / 1 / 1}
                         : days < 60                     ? sys_days{year{1899} / 12 / 31}
                                                         : sys_days{year{1899} / 12 / 30};
  const sys_days day = first + std::chrono::days{days};
  moment.day = year_month_day{day};
  moment.weekday = weekday{day}.c_encoding();
  return true;
}

std::string digits(std::int64_t value, std::size_t width) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%0*lld",
                static_cast<int>(std::min<std::size_t>(width, 10)), static_cast<long long>(value));
  return buffer.data();
}

// Three letters, of which one may take two bytes.
std::string_view shortened(std::string_view name) {
  std::size_t end = 0;
  for (int letters = 0; letters < 3 && end < name.size(); ++letters) {
    ++end;
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xc0U) == 0x80U) ++end;
  }
  return name.substr(0, end);
}

class DateSection {
 public:
  DateSection(std::string_view section, const Moment& moment) : moment_(moment) {
    while (!section.empty()) {
      const FormatPiece piece = take_format_piece(section);
      if (piece.text.empty()) continue;
      if (piece.kind == Kind::bracket && piece.text.starts_with("$-")) take_language(piece.text);
      if (piece.kind == Kind::placeholder && piece.text.back() == 'M' && piece.text.size() > 2) {
        half_days_ = true;  // AM/PM
      }
      half_days_ = half_days_ || piece.text == "A/P";
      pieces_.push_back(piece);
    }
  }

  std::string show() {
    std::string text;
    for (std::size_t i = 0; i < pieces_.size(); ++i) text += show(i);
    return text;
  }

 private:
  // The low bits of a language identifier are its language: 9 is English.
  void take_language(std::string_view bracket) {
    if (!bracket.ends_with('9')) return;
    names_ = &english;
  }

  char letter_of(std::size_t i) const {
    const FormatPiece& piece = pieces_[i];
    if (piece.kind == Kind::literal) return '\0';
    if (piece.kind == Kind::bracket) return is_elapsed(piece.text) ? lower(piece.text[0]) : '\0';
    return piece.text.size() > 2 && piece.text[1] == 'M' && piece.text[2] == '/'
               ? '\0'
               : lower(piece.text.front());
  }

  // "m" is minutes after hours or before seconds.
  bool means_minutes(std::size_t at) const {
    for (std::size_t i = at; i-- > 0;) {
      const char letter = letter_of(i);
      if (letter == 'h') return true;
      if (letter == 'y' || letter == 'd' || letter == 'm' || letter == 's') break;
    }
    for (std::size_t i = at + 1; i < pieces_.size(); ++i) {
      const char letter = letter_of(i);
      if (letter == 's') return true;
      if (letter == 'y' || letter == 'd' || letter == 'm' || letter == 'h') break;
    }
    return false;
  }

  std::string show(std::size_t i) const {
    const FormatPiece& piece = pieces_[i];
    const std::size_t width = piece.text.size();
    if (piece.kind == Kind::literal) return std::string(piece.text);
    if (piece.kind == Kind::bracket) return show_elapsed(piece.text);
    if (piece.text == "AM/PM" || piece.text == "A/P") {
      const std::string_view half = moment_.seconds < 43200 ? "AM" : "PM";
      return std::string(piece.text == "A/P" ? half.substr(0, 1) : half);
    }
    switch (lower(piece.text.front())) {
      case 'y':
        return width > 2 ? digits(static_cast<int>(moment_.day.year()), 4)
                         : digits(static_cast<int>(moment_.day.year()) % 100, 2);
      case 'm':
        return means_minutes(i) ? digits(moment_.seconds / 60 % 60, width) : show_month(width);
      case 'd':
        return show_day(width);
      case 'h': {
        const std::int64_t hour = moment_.seconds / 3600;
        return digits(half_days_ ? (hour + 11) % 12 + 1 : hour, width);
      }
      case 's':
        return digits(moment_.seconds % 60, width);
      case '0':  // fractions of a second
        return std::string(width, '0');
      case '@':
        return {};
      default:
        return std::string(piece.text);
    }
  }

  std::string show_month(std::size_t width) const {
    const auto month = static_cast<unsigned>(moment_.day.month());
    if (width < 3) return digits(month, width);
    const std::string_view name = names_->months[month - 1];
    return std::string(width == 4 ? name : width == 3 ? shortened(name) : name.substr(0, 1));
  }

  std::string show_day(std::size_t width) const {
    if (width < 3) return digits(static_cast<unsigned>(moment_.day.day()), width);
    const std::string_view name = names_->days[moment_.weekday];
    if (width > 3) return std::string(name);
    return std::string(name.substr(0, names_ == &german ? 2 : 3));
  }

  std::string show_elapsed(std::string_view bracket) const {
    if (!is_elapsed(bracket)) return {};
    const char unit = lower(bracket.front());
    const std::int64_t divisor = unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
    return digits(std::llround(moment_.elapsed_s) / divisor, bracket.size());
  }

  const Moment& moment_;
  std::vector<FormatPiece> pieces_;
  const Names* names_ = &german;
  bool half_days_ = false;
};

}  // namespace

bool is_date_section(std::string_view section) {
  bool date = false;
  while (!section.empty()) {
    const FormatPiece piece = take_format_piece(section);
    if (piece.text.empty()) continue;
    if (piece.kind == Kind::bracket) date = date || is_elapsed(piece.text);
    if (piece.kind != Kind::placeholder) continue;
    if (piece.text == "General" || piece.text.front() == '#' || piece.text.front() == '?') {
      return false;
    }
    constexpr std::string_view letters = "ymdhs";
    date = date || letters.find(lower(piece.text.front())) != std::string_view::npos;
  }
  return date;
}

std::string format_cell_date(double serial, std::string_view section, DateSystem system) {
  Moment moment;
  if (!read_serial(serial, system, moment)) return {};
  return DateSection(section, moment).show();
}

}  // namespace dms::search::extract
