#pragma once

// The working days of a town hall in Baden-Württemberg. A story tells its days relative to the day
// on which it is loaded, so that it is never old, never ahead, and nobody in it works on a Sunday.
//
// Pure; thread-safe.

#include <map>
#include <string>
#include <string_view>

#include "dms/base/result.h"
#include "dms/base/time.h"

namespace dms::demo {

// Monday to Friday, without public holidays (Feiertagsgesetz Baden-Württemberg) and without 24 and
// 31 December, when the house is closed.
bool is_working_day(Date date);
// A public holiday by law, whatever day of the week.
bool is_public_holiday(Date date);
// `date` itself, or the first working day after it: where a legal period ends (§ 193 BGB).
Date working_day_from(Date date);
// The n-th working day after (or, n < 0, before) `date`.
Date add_working_days(Date date, int n);
// Calendar months; 31 January and one month give the last of February.
Date add_months(Date date, int months);

// A time of day in Germany, as in "09:15". Acts are told between 06:00 and 23:00, when it does not
// matter at which hour summer time begins.
Instant instant_at(Date date, std::chrono::minutes since_midnight);
// nullopt unless HH:MM in that time.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

// Days by expression: a base and steps, each of which ends on a working day.
//
//   today-12w         the twelfth working day before the day of the start
//   today+9d          nine days after it, or the first working day from there
//   deadline-2m       two months before the day named `deadline`, or the first working day from
//                     there
//   2019-11-14        a day of the past that does not move
class Days {
 public:
  // `named`: expressions by name; they may name each other.
  Days(Date today, std::map<std::string, std::string, std::less<>> named)
      : today_(today), named_(std::move(named)) {}

  Date today() const { return today_; }
  // `invalid` where it is no expression, or a name that is unknown or leads back to itself.
  Result<Date> at(std::string_view expression) const;

 private:
  Result<Date> resolve(std::string_view expression, int depth) const;
  Result<Date> resolve_base(std::string_view base, int depth) const;

  Date today_;
  std::map<std::string, std::string, std::less<>> named_;
};

// "12. März 2026".
std::string german_date(Date date);
// `format` is empty ("12. März 2026"), "kurz" (12.03.2026), "jahr", "monat" (März 2026),
// "wochentag" or "tag" (12.03.); nullopt for anything else.
std::optional<std::string> german_date(Date date, std::string_view format);

}  // namespace dms::demo
