#pragma once

// How long records are kept, as far as the filing plan carries it. Disposition (offer, decision,
// destruction) stands on this in a later issue.

#include <cstdint>
#include <optional>
#include <string>

#include "dms/base/result.h"
#include "dms/base/time.h"
#include "dms/vocabulary.h"

namespace dms {

// Aufbewahrungsfrist. Counted from the end of the calendar year in which the start event falls.
struct RetentionPeriod {
  std::optional<std::uint32_t> years;  // 1–200; nullopt: permanent ("dauernd", to the archive)
  RetentionStart start = RetentionStart::closing;
  std::string legal_basis;          // "§ 147 AO"; may be empty
  std::optional<Date> valid_as_of;  // the day the rule was looked up
  friend bool operator==(const RetentionPeriod&, const RetentionPeriod&) = default;
};

// The last day on which records must still be kept when the start event fell on `event`; nullopt
// for permanent periods.
std::optional<Date> retention_ends(const RetentionPeriod& period, Date event);

// Years in 1–200, a clean legal basis; `pointer` is where the period stands in the request.
Result<RetentionPeriod> clean_retention(RetentionPeriod period, const std::string& pointer);

}  // namespace dms
