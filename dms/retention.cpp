#include "dms/retention.h"

#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::uint32_t years_max = 200;

}  // namespace

std::optional<Date> retention_ends(const RetentionPeriod& period, Date event) {
  if (!period.years) return std::nullopt;
  const int last_year = static_cast<int>(event.year()) + static_cast<int>(*period.years);
  return Date{std::chrono::year{last_year} / 12 / 31};
}

Result<RetentionPeriod> clean_retention(RetentionPeriod period, const std::string& pointer) {
  if (period.years && (*period.years < 1 || *period.years > years_max)) {
    return fail(invalid_field(pointer + "/years", "Die Frist muss 1 bis 200 Jahre betragen.",
                              "The period must be 1 to 200 years."));
  }
  period.legal_basis = DMS_TRY(clean_line(period.legal_basis, pointer + "/legal_basis",
                                          {.code_points_min = 0, .code_points_max = 200}));
  return period;
}

}  // namespace dms
