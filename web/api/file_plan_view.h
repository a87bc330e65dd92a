#pragma once

// Filing plan units on the wire.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>

#include "dms/base/json_codec.h"
#include "dms/file_plan.h"

namespace dms::web {

// Retention: years, or permanent.
struct RetentionView {
  std::optional<std::uint32_t> years;
  std::optional<bool> permanent;
  RetentionStart start = RetentionStart::closing;
  std::optional<std::string> legal_basis;
  std::optional<Date> valid_as_of;
};
BOOST_DESCRIBE_STRUCT(RetentionView, (), (years, permanent, start, legal_basis, valid_as_of))

RetentionView view_of(const RetentionPeriod& period);
// `invalid` at `pointer` unless exactly one of years and permanent is given.
Result<RetentionPeriod> period_from(const RetentionView& view, const std::string& pointer);

}  // namespace dms::web
