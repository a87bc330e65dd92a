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

}  // namespace dms
