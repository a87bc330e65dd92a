#pragma once

// INTERNAL to the reading of letters: days as German letters write them. Pure; total for any bytes.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "dms/base/time.h"

namespace dms {

struct FoundDate {
  Date date;
  std::size_t begin = 0;  // bytes into the text
  std::size_t end = 0;
  bool has_year = true;
};

// "5.11.2026", "05.11.26", "5. November 2026", "5. Nov. 2026", "2026-11-05", in the order of the
// text. One without a year ("5. November", "5.11.") is the next on or after `from`; without `from`
// it is left out.
std::vector<FoundDate> find_dates(std::string_view text, std::optional<Date> from = {});

}  // namespace dms
