#pragma once

// How the filing plan lies on disk. Names are for ever (dms/README.md).

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/file_plan.h"
#include "dms/object_record.h"
#include "storage/table.h"
#include "storage/view.h"

namespace dms {

struct RetentionRecord : Extensible {
  std::optional<std::uint32_t> years;  // absent: permanent
  Open<RetentionStart> start;
  std::optional<std::string> legal_basis;
  std::optional<Date> valid_as_of;
};
BOOST_DESCRIBE_STRUCT(RetentionRecord, (Extensible), (years, start, legal_basis, valid_as_of))

struct FilePlanUnitRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  UnitId id;
  std::string code;
  std::string title;
  std::optional<std::string> description;
  std::optional<UnitId> parent;
  std::optional<Date> valid_from;
  std::optional<Date> valid_until;
  std::optional<RetentionRecord> retention;
  std::optional<std::uint32_t> transfer_years;
  std::optional<Open<Appraisal>> appraisal;
  std::optional<std::string> reference_pattern;
  Uuid scope;  // whose access list counts here: its own id or the nearest above; nil: the plan's
};
BOOST_DESCRIBE_STRUCT(FilePlanUnitRecord, (ObjectRecord),
                      (id, code, title, description, parent, valid_from, valid_until, retention,
                       transfer_years, appraisal, reference_pattern, scope))

// The plan itself: one record, under the key "plan".
struct FilePlanRecord : ObjectRecord {
  static constexpr std::uint32_t json_format = 1;
  std::string title;
  std::string reference_pattern;
};
BOOST_DESCRIBE_STRUCT(FilePlanRecord, (ObjectRecord), (title, reference_pattern))

// A plan is read whole in one scan.
inline constexpr std::size_t units_max = 10'000;
inline constexpr int unit_depth_max = 20;

inline constexpr std::string_view file_plan_key = "plan";
extern const storage::Table<FilePlanRecord> file_plan_table;

// Indexes: "code" (unique; code), "parent" (parent or nil, code).
extern const storage::Table<FilePlanUnitRecord> unit_table;
std::string unit_code_key(std::string_view code);
std::string unit_parent_prefix(std::optional<UnitId> parent);

RetentionRecord to_record(const RetentionPeriod& period);
RetentionPeriod to_value(const RetentionRecord& record);
// Puts the period in its place where it says something else than what is stored.
void assign_retention(std::optional<RetentionRecord>& stored,
                      const std::optional<RetentionPeriod>& period);
// Puts the fields into the record (everything but id and scope). They have been cleaned.
void assign_fields(FilePlanUnitRecord& record, FilePlanUnitFields fields);
FilePlanUnitFields to_fields(const FilePlanUnitRecord& record);
FilePlanUnit to_value(const FilePlanUnitRecord& record, bool leaf);
// The same, looking whether anything lies below it.
Result<FilePlanUnit> to_value(const storage::View& view, const FilePlanUnitRecord& record);
FilePlanInfo to_value(const FilePlanRecord& record);

// Whether anything lies below the unit in the plan.
Result<bool> has_children(const storage::View& view, UnitId unit);
// The unit, or absent_object(). Checks no rights.
Result<FilePlanUnitRecord> get_unit(const storage::View& view, UnitId unit);
// The plan's settings; defaults at revision 0 where they were never set.
Result<FilePlanRecord> get_file_plan(const storage::View& view);

// For all who create or change units (file_plan.cpp, file_plan_csv.cpp). --------------------------

// Everything about the fields that can be said without the store. `pointer` is put before the
// names.
Result<FilePlanUnitFields> clean_unit_fields(FilePlanUnitFields fields, std::string_view pointer);
storage::Event unit_event(const Actor& actor, std::string_view kind,
                          const FilePlanUnitRecord& unit);
// A new unit below `parent` inherits this scope; nil: the plan's.
ScopeId scope_below(const FilePlanUnitRecord* parent);
// `conflict` at /parent: where the unit would go, other rights would be inherited. Moving is no way
// round the rules of access lists (scope.h), so it takes a list of its own first.
Error other_rights_there(std::string pointer);

}  // namespace dms
