#pragma once

// The calendar day in Germany. An Instant is UTC; a letter that comes in at half past midnight on
// New Year's Day belongs to the new year.

#include <optional>

#include "dms/base/time.h"

namespace dms {

// The day in Central European (Summer) Time by Directive 2000/84/EC: summer time from the last
// Sunday of March to the last Sunday of October, changing at 01:00 UTC. Pure.
Date local_date(Instant instant);

// The same of an instant that a stranger wrote: nullopt where records cannot hold the day. The
// last hour of the year 9999 in UTC is in the year 10000 here.
std::optional<Date> recordable_local_date(std::optional<Instant> instant);

// Between the years 0001 and 9999, as parse_date() reads them back.
bool is_recordable(Date date);

}  // namespace dms
