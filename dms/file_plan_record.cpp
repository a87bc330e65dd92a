#include "dms/file_plan_record.h"

#include "dms/base/json_codec.h"
#include "dms/field_cleaner.h"
#include "dms/file_reference.h"
#include "storage/record_json.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;

const storage::Table<FilePlanRecord> file_plan_table{
    "file_plan", [](const FilePlanRecord&) { return std::string(file_plan_key); }, {}};

const storage::Table<FilePlanUnitRecord> unit_table{
    "unit",
    [](const FilePlanUnitRecord& unit) { return std::string(unit.id.key()); },
    {{"code", IndexKind::unique,
      [](const FilePlanUnitRecord& unit) {
        return std::vector<std::string>{unit_code_key(unit.code)};
      }},
     {"parent", IndexKind::multiple, [](const FilePlanUnitRecord& unit) {
        return std::vector<std::string>{unit_parent_prefix(unit.parent) + unit_code_key(unit.code)};
      }}}};

std::string unit_code_key(std::string_view code) {
  return KeyBuilder().text(code).take();
}

std::string unit_parent_prefix(std::optional<UnitId> parent) {
  return KeyBuilder().raw(parent.value_or(UnitId{}).key()).take();
}

RetentionRecord to_record(const RetentionPeriod& period) {
  RetentionRecord record;
  record.years = period.years;
  record.start = period.start;
  record.legal_basis = unless_empty(period.legal_basis);
  record.valid_as_of = period.valid_as_of;
  return record;
}

RetentionPeriod to_value(const RetentionRecord& record) {
  return {record.years, known_or(record.start, RetentionStart::closing),
          record.legal_basis.value_or(""), record.valid_as_of};
}

void assign_fields(FilePlanUnitRecord& record, FilePlanUnitFields fields) {
  record.code = std::move(fields.code);
  record.title = std::move(fields.title);
  record.description = unless_empty(std::move(fields.description));
  record.parent = fields.parent;
  record.valid_from = fields.valid_from;
  record.valid_until = fields.valid_until;
  assign_retention(record.retention, fields.retention);
  record.transfer_years = fields.transfer_years;
  assign_optional(record.appraisal, fields.appraisal, Appraisal::assess);
  record.reference_pattern = unless_empty(std::move(fields.reference_pattern));
}

void assign_retention(std::optional<RetentionRecord>& stored,
                      const std::optional<RetentionPeriod>& period) {
  if (!period) {
    stored.reset();
  } else if (!stored || to_value(*stored) != *period) {
    stored = to_record(*period);
  }
}

FilePlanUnitFields to_fields(const FilePlanUnitRecord& record) {
  FilePlanUnitFields fields;
  fields.code = record.code;
  fields.title = record.title;
  fields.description = record.description.value_or("");
  fields.parent = record.parent;
  fields.valid_from = record.valid_from;
  fields.valid_until = record.valid_until;
  if (record.retention) fields.retention = to_value(*record.retention);
  fields.transfer_years = record.transfer_years;
  if (record.appraisal) fields.appraisal = known_or(*record.appraisal, Appraisal::assess);
  fields.reference_pattern = record.reference_pattern.value_or("");
  return fields;
}

FilePlanUnit to_value(const FilePlanUnitRecord& record, bool leaf) {
  return {record.id, to_fields(record),  ScopeId{record.scope}, record.scope == record.id.value,
          leaf,      change_info(record)};
}

Result<FilePlanUnit> to_value(const storage::View& view, const FilePlanUnitRecord& record) {
  return to_value(record, !DMS_TRY(has_children(view, record.id)));
}

FilePlanInfo to_value(const FilePlanRecord& record) {
  return {{record.title, record.reference_pattern}, change_info(record)};
}

namespace {

struct UnitDetail {
  std::string code;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(UnitDetail, (), (code, title))

}  // namespace

storage::Event unit_event(const Actor& actor, std::string_view kind,
                          const FilePlanUnitRecord& unit) {
  return object_event(actor, kind, unit.id.value, std::nullopt,
                      encode_json(UnitDetail{unit.code, unit.title}));
}

Result<bool> has_children(const storage::View& view, UnitId unit) {
  const auto children = DMS_TRY(view.read_index(
      unit_table.name, "parent", {.prefix = unit_parent_prefix(unit), .after = {}, .limit = 1}));
  return !children.empty();
}

Result<FilePlanUnitRecord> get_unit(const storage::View& view, UnitId unit) {
  std::optional<FilePlanUnitRecord> record = DMS_TRY(view.find(unit_table, unit.key()));
  if (!record) return fail(absent_object());
  return std::move(*record);
}

Result<FilePlanRecord> get_file_plan(const storage::View& view) {
  std::optional<FilePlanRecord> record = DMS_TRY(view.find(file_plan_table, file_plan_key));
  if (record) return std::move(*record);
  FilePlanRecord defaults;
  defaults.revision = 0;
  defaults.reference_pattern = reference_pattern_default;
  return defaults;
}

namespace {

bool is_code(std::string_view code) {
  for (const char c : code) {
    const bool letter = static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && std::string_view(".-/, ").find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

Result<FilePlanUnitFields> clean_unit_fields(FilePlanUnitFields fields, std::string_view pointer) {
  FieldCleaner clean(pointer);
  clean.line("code", fields.code, {.code_points_min = 1, .code_points_max = 40});
  clean.require(is_code(fields.code), "code",
                "Im Kennzeichen sind nur Buchstaben, Ziffern, Leerzeichen und . - / , erlaubt.",
                "A code holds only letters, digits, spaces and . - / ,");
  clean.line("title", fields.title, {.code_points_min = 1, .code_points_max = 300});
  clean.paragraphs("description", fields.description,
                   {.code_points_min = 0, .code_points_max = 4000});
  if (fields.valid_from && fields.valid_until) {
    clean.require(*fields.valid_from <= *fields.valid_until, "valid_until",
                  "Das Ende liegt vor dem Beginn.", "The end lies before the beginning.");
  }
  if (fields.retention) {
    clean.take(clean_retention(*fields.retention, clean.pointer("retention")), *fields.retention);
  }
  clean.require(
      !fields.transfer_years || (*fields.transfer_years >= 1 && *fields.transfer_years <= 200),
      "transfer_years", "Die Frist muss 1 bis 200 Jahre betragen.",
      "The period must be 1 to 200 years.");
  if (!fields.reference_pattern.empty()) {
    const auto pattern =
        ReferencePattern::parse(fields.reference_pattern, clean.pointer("reference_pattern"));
    if (!pattern) clean.note(pattern.error());
  }
  DMS_TRY(clean.finish());
  return fields;
}

}  // namespace dms
