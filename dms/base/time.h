#pragma once

// Time. An Instant is UTC with microseconds; a calendar day is std::chrono::year_month_day. The
// present comes from a Clock that is passed in, so that tests and simulations set it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace dms {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

// RFC 3339 in UTC with microseconds, always the same width: "2026-11-22T08:15:00.000000Z".
std::string format_rfc3339(Instant instant);
// RFC 3339 date-time with any offset; nullopt for anything else (leap seconds read as :59.999999).
std::optional<Instant> parse_rfc3339(std::string_view text);

// ISO 8601 calendar date, "2026-11-22".
std::string format_date(Date date);
// Only existing days between the years 0001 and 9999.
std::optional<Date> parse_date(std::string_view text);

// IMF-fixdate of RFC 9110 §5.6.7, for HTTP headers.
std::string format_http_date(Instant instant);

std::int64_t to_unix_microseconds(Instant instant);
Instant from_unix_microseconds(std::int64_t microseconds);

}  // namespace dms
