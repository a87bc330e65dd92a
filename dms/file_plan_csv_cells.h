#pragma once

// The cells of a filing plan's CSV file (file_plan_csv.h), and what each says about a unit. Pure.

#include <array>
#include <boost/describe/enum.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/error.h"
#include "dms/base/result.h"
#include "dms/file_plan.h"

namespace dms {

enum class PlanColumn : std::uint8_t {
  code,
  title,
  parent,
  description,
  valid_from,
  valid_until,
  reference_pattern,
  retention,
  retention_start,
  legal_basis,
  valid_as_of,
  transfer_years,
  appraisal
};
BOOST_DESCRIBE_ENUM(PlanColumn, code, title, parent, description, valid_from, valid_until,
                    reference_pattern, retention, retention_start, legal_basis, valid_as_of,
                    transfer_years, appraisal)
inline constexpr std::size_t plan_column_count = 13;

// The cells of one row by column; nullopt where the file has no such column.
struct PlanCells {
  std::size_t line = 0;
  std::array<std::optional<std::string>, plan_column_count> values;
  const std::optional<std::string>& operator[](PlanColumn column) const {
    return values[static_cast<std::size_t>(column)];
  }
};

// One a row after the header. `invalid` where the text is no CSV, the header names an unknown
// column or lacks one, or a row has another number of fields.
Result<std::vector<PlanCells>> read_plan_cells(std::string_view csv);

// Puts a row over a unit's fields (all but the parent); returns what is wrong with its cells. The
// fields are not cleaned.
std::vector<FieldError> apply_cells(const PlanCells& cells, FilePlanUnitFields& fields);

}  // namespace dms
