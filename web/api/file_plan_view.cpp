#include "web/api/file_plan_view.h"

namespace dms::web {

RetentionView view_of(const RetentionPeriod& period) {
  RetentionView view;
  view.years = period.years;
  if (!period.years) view.permanent = true;
  view.start = period.start;
  if (!period.legal_basis.empty()) view.legal_basis = period.legal_basis;
  view.valid_as_of = period.valid_as_of;
  return view;
}

Result<RetentionPeriod> period_from(const RetentionView& view, const std::string& pointer) {
  if (view.years.has_value() == view.permanent.value_or(false)) {
    return fail(invalid_field(pointer, "Entweder years oder permanent muss angegeben sein.",
                              "Either years or permanent must be given."));
  }
  RetentionPeriod period;
  period.years = view.years;
  period.start = view.start;
  period.legal_basis = view.legal_basis.value_or("");
  period.valid_as_of = view.valid_as_of;
  return period;
}

}  // namespace dms::web
