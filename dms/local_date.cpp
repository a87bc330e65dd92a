#include "dms/local_date.h"

#include <chrono>

namespace dms {

Date local_date(Instant instant) {
  using namespace std::chrono;
  const year this_year = year_month_day{floor<days>(instant)}.year();
  const auto change = [&](month in) { return sys_days{this_year / in / Sunday[last]} + hours{1}; };
  const bool summer = instant >= change(March) && instant < change(October);
  return Date{floor<days>(instant + hours{summer ? 2 : 1})};
}

std::optional<Date> recordable_local_date(std::optional<Instant> instant) {
  if (!instant) return std::nullopt;
  const Date date = local_date(*instant);
  return is_recordable(date) ? std::optional(date) : std::nullopt;
}

bool is_recordable(Date date) {
  return parse_date(format_date(date)) == date;
}

}  // namespace dms
