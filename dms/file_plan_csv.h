#pragma once

// The filing plan from a CSV file. The first line names the columns, in any order:
//
//   code;title                                          required
//   parent              code of the parent; where the column is absent, the longest code that the
//                       unit's begins with ("621" for "621.41")
//   description, valid_from, valid_until (2026-12-31), reference_pattern
//   retention           years, or "permanent"/"dauernd"
//   retention_start     closing, annual_accounts, end_of_contract, leaving, demolition
//   legal_basis, valid_as_of
//   transfer_years
//   appraisal           A, B or V
//
// A unit that exists (by code) is changed where the file says something else; columns that are
// absent change nothing; an empty cell clears. Units that the file does not name stay. One commit,
// so all or nothing: at most 2,000 units that are created or changed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dms/actor.h"
#include "dms/base/error.h"
#include "dms/base/result.h"
#include "dms/base/time.h"
#include "storage/store.h"

namespace dms {

struct FilePlanImportLine {
  enum class Action : std::uint8_t { created, changed, unchanged, error };
  std::size_t line = 0;
  std::string code;
  Action action = Action::unchanged;
  std::vector<FieldError> errors;  // pointer: "/<column>"
};

struct FilePlanImportReport {
  std::uint64_t created = 0;
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t errors = 0;  // lines with errors; where not 0, nothing was written
  bool written = false;
  std::vector<FilePlanImportLine> lines;
};

enum class ImportMode : std::uint8_t { dry_run, write };

// Administrators only. Errors in lines are in the report, all at once; the Result fails where the
// text is no CSV, a required column is missing, a column is unknown, or there are too many units.
Result<FilePlanImportReport> import_file_plan(storage::Store& store, const Clock& clock,
                                              const Actor& actor, std::string_view csv,
                                              ImportMode mode);

}  // namespace dms
