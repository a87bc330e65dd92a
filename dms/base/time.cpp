#include "dms/base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace dms {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads exactly `width` decimal digits at `position` and moves it on.
std::optional<int> read_digits(std::string_view text, std::size_t& position, std::size_t width) {
  if (position + width > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const char c = text[position + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  position += width;
  return value;
}

bool read_character(std::string_view text, std::size_t& position, std::string_view allowed) {
  if (position >= text.size() || allowed.find(text[position]) == std::string_view::npos) {
    return false;
  }
  ++position;
  return true;
}

std::optional<Date> read_date(std::string_view text, std::size_t& position) {
  const auto year = read_digits(text, position, 4);
  if (!year || *year == 0 || !read_character(text, position, "-")) return std::nullopt;
  const auto month = read_digits(text, position, 2);
  if (!month || !read_character(text, position, "-")) return std::nullopt;
  const auto day = read_digits(text, position, 2);
  if (!day) return std::nullopt;
  const Date date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                  std::chrono::day{static_cast<unsigned>(*day)}};
  return date.ok() ? std::optional(date) : std::nullopt;
}

// ".123456" with one or more digits; more than six are cut off.
std::optional<microseconds> read_fraction(std::string_view text, std::size_t& position) {
  if (!read_character(text, position, ".")) return microseconds{0};
  std::int64_t value = 0;
  std::size_t count = 0;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    if (count < 6) value = value * 10 + (text[position] - '0');
    ++count;
    ++position;
  }
  if (count == 0) return std::nullopt;
  for (std::size_t i = count; i < 6; ++i) value *= 10;
  return microseconds{value};
}

std::optional<minutes> read_offset(std::string_view text, std::size_t& position) {
  if (read_character(text, position, "Zz")) return minutes{0};
  const bool negative = position < text.size() && text[position] == '-';
  if (!read_character(text, position, "+-")) return std::nullopt;
  const auto hour = read_digits(text, position, 2);
  if (!hour || *hour > 23 || !read_character(text, position, ":")) return std::nullopt;
  const auto minute = read_digits(text, position, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const minutes offset = hours{*hour} + minutes{*minute};
  return negative ? -offset : offset;
}

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

std::string format_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string format_rfc3339(Instant instant) {
  const auto day = floor<days>(instant);
  const std::chrono::hh_mm_ss time{instant - day};
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z", format_date(Date{day}), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  std::size_t position = 0;
  const auto date = read_date(text, position);
  if (!date || !read_character(text, position, "Tt")) return std::nullopt;
  const auto hour = read_digits(text, position, 2);
  if (!hour || *hour > 23 || !read_character(text, position, ":")) return std::nullopt;
  const auto minute = read_digits(text, position, 2);
  if (!minute || *minute > 59 || !read_character(text, position, ":")) return std::nullopt;
  const auto second = read_digits(text, position, 2);
  if (!second || *second > 60) return std::nullopt;
  auto fraction = read_fraction(text, position);
  if (!fraction) return std::nullopt;
  const auto offset = read_offset(text, position);
  if (!offset || position != text.size()) return std::nullopt;
  const bool leap = *second == 60;
  const seconds whole{leap ? 59 : *second};
  if (leap) fraction = microseconds{999'999};
  return Instant{std::chrono::sys_days{*date} + hours{*hour} + minutes{*minute} + whole +
                 *fraction - *offset};
}

std::optional<Date> parse_date(std::string_view text) {
  std::size_t position = 0;
  const auto date = read_date(text, position);
  return position == text.size() ? date : std::nullopt;
}

std::string format_http_date(Instant instant) {
  static constexpr std::array day_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = floor<days>(instant);
  const Date date{day};
  const std::chrono::hh_mm_ss time{floor<seconds>(instant - day)};
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_names[std::chrono::weekday{day}.c_encoding()],
      static_cast<unsigned>(date.day()), month_names[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count());
}

std::int64_t to_unix_microseconds(Instant instant) {
  return instant.time_since_epoch().count();
}

Instant from_unix_microseconds(std::int64_t count) {
  return Instant{microseconds{count}};
}

}  // namespace dms
