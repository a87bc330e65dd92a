#pragma once

// The calendar day in Germany. An Instant is UTC; a letter that comes in at half past midnight on
// New Year's Day belongs to the new year.

#include "dms/base/time.h"

namespace dms {

// The day in Central European (Summer) Time by Directive 2000/84/EC: summer time from the last
// Sunday of March to the last Sunday of October, changing at 01:00 UTC. Pure.
Date local_date(Instant instant);

}  // namespace dms
