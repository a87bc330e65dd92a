#include "dms/german_dates.h"

#include <array>
#include <cctype>
#include <chrono>
#include <string>
#include <utility>

namespace dms {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || static_cast<unsigned char>(c) >= 0x80U;
}

// Longer names before their beginnings.
constexpr std::array<std::pair<std::string_view, unsigned>, 26> month_names{
    {{"januar", 1},    {"jänner", 1},   {"februar", 2},   {"märz", 3},      {"maerz", 3},
     {"april", 4},     {"mai", 5},      {"juni", 6},      {"juli", 7},      {"august", 8},
     {"september", 9}, {"oktober", 10}, {"november", 11}, {"dezember", 12}, {"jan", 1},
     {"feb", 2},       {"mär", 3},      {"mrz", 3},       {"apr", 4},       {"jun", 6},
     {"jul", 7},       {"aug", 8},      {"sept", 9},      {"sep", 9},       {"okt", 10},
     {"nov", 11}}};

class DateReader {
 public:
  DateReader(std::string_view text, std::optional<Date> from) : text_(text), from_(from) {}

  std::vector<FoundDate> run() {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (!is_digit(text_[at])) continue;
      const bool is_begin =
          at == 0 || (!is_digit(text_[at - 1]) && !is_letter(text_[at - 1]) &&
                      std::string_view(".-/").find(text_[at - 1]) == std::string_view::npos);
      const auto found = is_begin ? read(at) : std::nullopt;
      if (found) dates_.push_back(*found);
      if (found)
        at = found->end - 1;
      else
        while (at + 1 < text_.size() && is_digit(text_[at + 1])) ++at;
    }
    return std::move(dates_);
  }

 private:
  // A number of so many digits; moves `at` behind it.
  std::optional<unsigned> number(std::size_t& at, std::size_t digits_max) const {
    std::size_t digits = 0;
    unsigned value = 0;
    while (at + digits < text_.size() && is_digit(text_[at + digits])) {
      if (digits == digits_max) return std::nullopt;
      value = value * 10 + static_cast<unsigned>(text_[at + digits] - '0');
      ++digits;
    }
    if (digits == 0) return std::nullopt;
    at += digits;
    return value;
  }
  bool take(std::size_t& at, char c) const {
    if (at >= text_.size() || text_[at] != c) return false;
    ++at;
    return true;
  }
  void skip_spaces(std::size_t& at) const {
    for (int i = 0; i < 2 && at < text_.size() && (text_[at] == ' ' || text_[at] == '\n'); ++i)
      ++at;
  }

  std::optional<FoundDate> read(std::size_t begin) const {
    std::size_t at = begin;
    const auto first = number(at, 4);
    if (!first) return std::nullopt;
    if (at - begin == 4) return read_iso(begin, at, static_cast<int>(*first));
    if (at - begin > 2 || !take(at, '.')) return std::nullopt;
    skip_spaces(at);
    std::size_t behind = at;
    if (const auto named = month_name(behind)) return with_year(begin, behind, {*first, *named});
    const auto numeral = number(at, 2);
    if (!numeral || !take(at, '.')) return std::nullopt;
    return with_year(begin, at, {*first, *numeral});
  }

  std::optional<FoundDate> read_iso(std::size_t begin, std::size_t at, int of_year) const {
    if (!take(at, '-')) return std::nullopt;
    const auto of_month = number(at, 2);
    if (!of_month || !take(at, '-')) return std::nullopt;
    const auto of_day = number(at, 2);
    if (!of_day) return std::nullopt;
    return made(begin, at, Date{year{of_year}, month{*of_month}, day{*of_day}});
  }

  struct DayAndMonth {
    unsigned of_day = 0;
    unsigned of_month = 0;
  };
  std::optional<FoundDate> with_year(std::size_t begin, std::size_t at, DayAndMonth named) const {
    std::size_t behind = at;
    skip_spaces(behind);
    const std::size_t digits_begin = behind;
    const auto written = number(behind, 4);
    const std::size_t digits = behind - digits_begin;
    // "5. November 12 Uhr" has no year.
    const bool is_short = digits == 2 && digits_begin == at;
    if (written && (digits == 4 || is_short)) {
      constexpr int century_turn = 80;
      int of_year = static_cast<int>(*written);
      if (is_short) of_year += of_year < century_turn ? 2000 : 1900;
      return made(begin, behind, Date{year{of_year}, month{named.of_month}, day{named.of_day}});
    }
    if (!from_ || (written && digits_begin == at)) return std::nullopt;
    Date next{from_->year(), month{named.of_month}, day{named.of_day}};
    if (next.ok() && next < *from_)
      next = Date{next.year() + std::chrono::years(1), next.month(), next.day()};
    auto found = made(begin, at, next);
    if (found) found->has_year = false;
    return found;
  }

  static std::optional<FoundDate> made(std::size_t begin, std::size_t end, Date date) {
    constexpr year year_min{1900};
    constexpr year year_max{2199};
    if (!date.ok() || date.year() < year_min || date.year() > year_max) return std::nullopt;
    return FoundDate{date, begin, end, true};
  }

  // Moves `at` behind the name and the point that shortens it.
  std::optional<unsigned> month_name(std::size_t& at) const {
    for (const auto& [name, number] : month_names) {
      if (!matches(at, name)) continue;
      std::size_t behind = at + name.size();
      if (behind < text_.size() && is_letter(text_[behind])) continue;
      take(behind, '.');
      at = behind;
      return number;
    }
    if (matches(at, "dez") && (at + 3 == text_.size() || !is_letter(text_[at + 3]))) {
      at += 3;
      take(at, '.');
      return 12;
    }
    return std::nullopt;
  }
  bool matches(std::size_t at, std::string_view name) const {
    if (text_.size() - at < name.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (lower(text_[at + i]) != name[i]) return false;
    }
    return true;
  }

  const std::string_view text_;
  const std::optional<Date> from_;
  std::vector<FoundDate> dates_;
};

}  // namespace

std::vector<FoundDate> find_dates(std::string_view text, std::optional<Date> from) {
  return DateReader(text, from).run();
}

}  // namespace dms
