#pragma once

// The demo's towns as on a given day.

#include <gtest/gtest.h>

#include <string>

#include "deploy/demo/composer.h"
#include "deploy/demo/town_reader.h"

namespace dms::demo::test {

inline Date day(const char* text) {
  return parse_date(text).value();
}

inline std::string demo_folder() {
  return std::string(AKTENWERK_SOURCE_DIR) + "/deploy/demo";
}

// The value, or the end of the test program with the error's text.
template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message.en << " " << result.error().hint;
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline Town town_on(Date today, const std::string& name = "musterbach") {
  return must(read_town(demo_folder() + "/" + name, today));
}

// Days on which something is different: a Monday, a Sunday, after holidays, the turn of the year,
// a leap day, both changes of the clock.
inline const std::vector<const char*>& special_days() {
  static const std::vector<const char*> days = {
      "2026-11-23", "2026-11-22", "2026-04-07", "2026-05-26", "2027-01-01", "2027-01-07",
      "2026-12-24", "2028-02-29", "2028-03-01", "2026-03-30", "2026-10-26", "2026-06-05"};
  return days;
}

}  // namespace dms::demo::test
