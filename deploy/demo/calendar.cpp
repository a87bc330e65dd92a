#include "deploy/demo/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "dms/local_date.h"

namespace dms::demo {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;

// A story's names lead to names; more than this is a circle.
constexpr int depth_max = 10;

// Easter Sunday of the Gregorian calendar (the anonymous algorithm of Meeus, Jones and Butcher).
sys_days easter_sunday(int year) {
  const int golden = year % 19;
  const int century = year / 100;
  const int of_century = year % 100;
  const int correction = (century - (century + 8) / 25 + 1) / 3;
  const int epact = (19 * golden + century - century / 4 - correction + 15) % 30;
  const int weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
  const int shift = (golden + 11 * epact + 22 * weekday) / 451;
  const int sum = epact + weekday - 7 * shift + 114;
  return sys_days{std::chrono::year{year} / (sum / 31) / (sum % 31 + 1)};
}

bool is_fixed_holiday(Date date) {
  struct DayOfYear {
    unsigned month;
    unsigned day;
  };
  static constexpr std::array fixed = {
      DayOfYear{1, 1},   // Neujahr
      DayOfYear{1, 6},   // Erscheinungsfest
      DayOfYear{5, 1},   // Tag der Arbeit
      DayOfYear{10, 3},  // Tag der Deutschen Einheit
      DayOfYear{11, 1},  // Allerheiligen
      DayOfYear{12, 25}, DayOfYear{12, 26},
  };
  return std::any_of(fixed.begin(), fixed.end(), [date](DayOfYear day) {
    return date.month() == std::chrono::month{day.month} && date.day() == std::chrono::day{day.day};
  });
}

bool is_easter_holiday(Date date) {
  // Good Friday, Easter Monday, Ascension Day, Whit Monday, Corpus Christi.
  static constexpr std::array after_easter = {-2, 1, 39, 50, 60};
  const auto distance = (sys_days{date} - easter_sunday(static_cast<int>(date.year()))).count();
  return std::find(after_easter.begin(), after_easter.end(), distance) != after_easter.end();
}

bool is_house_closed(Date date) {
  return date.month() == std::chrono::December &&
         (date.day() == std::chrono::day{24} || date.day() == std::chrono::day{31});
}

Error no_day(std::string_view expression) {
  return operator_error(ErrorCode::invalid, fmt::format("'{}' is no day", expression));
}

Date take_step(Date date, int n, char unit) {
  if (unit == 'w') return add_working_days(date, n);
  if (unit == 'm') return working_day_from(add_months(date, n));
  return working_day_from(Date{sys_days{date} + days{n}});
}

}  // namespace

bool is_public_holiday(Date date) {
  return is_fixed_holiday(date) || is_easter_holiday(date);
}

bool is_working_day(Date date) {
  const unsigned weekday = std::chrono::weekday{sys_days{date}}.iso_encoding();
  return weekday <= 5 && !is_public_holiday(date) && !is_house_closed(date);
}

Date working_day_from(Date date) {
  while (!is_working_day(date)) date = Date{sys_days{date} + days{1}};
  return date;
}

Date add_working_days(Date date, int n) {
  const days step{n < 0 ? -1 : 1};
  for (int left = std::abs(n); left > 0;) {
    date = Date{sys_days{date} + step};
    if (is_working_day(date)) --left;
  }
  return date;
}

Date add_months(Date date, int count) {
  const Date moved = date + months{count};
  return moved.ok() ? moved : Date{moved.year() / moved.month() / std::chrono::last};
}

Instant instant_at(Date date, std::chrono::minutes since_midnight) {
  // The offset is that of the day's noon.
  const Instant noon = sys_days{date} + std::chrono::hours{12};
  const bool summer = local_date(noon + std::chrono::hours{10}) != date;
  return sys_days{date} + since_midnight - std::chrono::hours{summer ? 2 : 1};
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int hour = -1;
  int minute = -1;
  const char* begin = text.data();
  const auto end_of_hour = std::from_chars(begin, begin + 2, hour).ptr;
  const auto end_of_minute = std::from_chars(begin + 3, begin + 5, minute).ptr;
  if (end_of_hour != begin + 2 || end_of_minute != begin + 5) return std::nullopt;
  if (hour < 6 || hour > 22 || minute < 0 || minute > 59) return std::nullopt;
  return std::chrono::minutes{60 * hour + minute};
}

Result<Date> Days::at(std::string_view expression) const {
  return resolve(expression, 0);
}

Result<Date> Days::resolve_base(std::string_view base, int depth) const {
  if (base == "today") return today_;
  if (const auto named = named_.find(base); named != named_.end() && depth < depth_max) {
    return resolve(named->second, depth + 1);
  }
  return fail(no_day(base));
}

Result<Date> Days::resolve(std::string_view expression, int depth) const {
  if (const auto fixed = parse_date(expression)) return *fixed;
  const std::size_t end_of_base = std::min(expression.find_first_of("+-"), expression.size());
  Date date = DMS_TRY(resolve_base(expression.substr(0, end_of_base), depth));
  for (std::string_view rest = expression.substr(end_of_base); !rest.empty();) {
    int n = 0;
    const char* begin = rest.data() + 1;
    const char* end = rest.data() + rest.size();
    const auto [after, error] = std::from_chars(begin, end, n);
    const bool good = error == std::errc() && n >= 0 && after != end &&
                      std::string_view("wdm").find(*after) != std::string_view::npos &&
                      (rest.front() == '+' || rest.front() == '-');
    if (!good) return fail(no_day(expression));
    date = take_step(date, rest.front() == '-' ? -n : n, *after);
    rest.remove_prefix(static_cast<std::size_t>(after + 1 - rest.data()));
  }
  return date;
}

std::optional<std::string> german_date(Date date, std::string_view format) {
  static constexpr std::array names = {"Januar",    "Februar", "März",     "April",
                                       "Mai",       "Juni",    "Juli",     "August",
                                       "September", "Oktober", "November", "Dezember"};
  static constexpr std::array weekdays = {"Montag",  "Dienstag", "Mittwoch", "Donnerstag",
                                          "Freitag", "Samstag",  "Sonntag"};
  const auto day = static_cast<unsigned>(date.day());
  const auto month = static_cast<unsigned>(date.month());
  const int year = static_cast<int>(date.year());
  if (format.empty()) return fmt::format("{}. {} {}", day, names.at(month - 1), year);
  if (format == "kurz") return fmt::format("{:02}.{:02}.{}", day, month, year);
  if (format == "tag") return fmt::format("{:02}.{:02}.", day, month);
  if (format == "jahr") return fmt::format("{}", year);
  if (format == "monat") return fmt::format("{} {}", names.at(month - 1), year);
  if (format == "wochentag") {
    return weekdays.at(std::chrono::weekday{sys_days{date}}.iso_encoding() - 1);
  }
  return std::nullopt;
}

std::string german_date(Date date) {
  return german_date(date, "").value_or("");
}

}  // namespace dms::demo
