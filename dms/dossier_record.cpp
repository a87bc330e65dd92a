#include "dms/dossier_record.h"

#include <algorithm>

#include "dms/field_cleaner.h"
#include "storage/record_json.h"

namespace dms {

using storage::IndexKind;
using storage::KeyBuilder;
using storage::View;

namespace {

std::vector<std::string> unit_index_keys(const DossierRecord& dossier) {
  return {dossier_unit_prefix(dossier.unit) + dossier_reference_key(dossier.file_reference)};
}

}  // namespace

const storage::Table<DossierRecord> dossier_table{
    "dossier",
    [](const DossierRecord& dossier) { return std::string(dossier.id.key()); },
    {{"reference", IndexKind::unique,
      [](const DossierRecord& dossier) {
        return std::vector<std::string>{dossier_reference_key(dossier.file_reference)};
      }},
     {"unit", IndexKind::multiple, unit_index_keys},
     {"own_scope", IndexKind::multiple, [](const DossierRecord& dossier) {
        return dossier.own_scope ? unit_index_keys(dossier) : std::vector<std::string>{};
      }}}};

std::string dossier_reference_key(std::string_view file_reference) {
  return KeyBuilder().text(file_reference).take();
}

std::string dossier_reference_beginning(std::string_view beginning) {
  return KeyBuilder().raw(beginning).take();
}

std::string dossier_unit_prefix(UnitId unit) {
  return KeyBuilder().raw(unit.key()).take();
}

Result<DossierFields> clean_dossier_fields(DossierFields fields) {
  FieldCleaner clean("");
  clean.line("title", fields.title, {.code_points_min = 1, .code_points_max = 500});
  clean.paragraphs("description", fields.description,
                   {.code_points_min = 0, .code_points_max = 4000});
  clean.line("paper_location", fields.paper_location,
             {.code_points_min = 0, .code_points_max = 200});
  clean.require(fields.paper_location.empty() || fields.medium != Medium::electronic,
                "paper_location", "Eine elektronische Akte hat keinen Papierstandort.",
                "An electronic file has no place for paper.");
  clean.require(
      !fields.period_from || !fields.period_to || *fields.period_from <= *fields.period_to,
      "period_to", "Das Ende liegt vor dem Beginn.", "The end lies before the beginning.");
  if (fields.retention) {
    clean.take(clean_retention(*fields.retention, clean.pointer("retention")), *fields.retention);
  }
  clean.lines("keywords", fields.keywords, 50, 100);
  clean.require(fields.links.size() <= 200, "links", "Es sind zu viele Einträge.",
                "There are too many entries.");
  clean.require(fields.specialist_refs.size() <= 50, "specialist_refs",
                "Es sind zu viele Einträge.", "There are too many entries.");
  if (fields.specialist_refs.size() <= 50) {
    for (std::size_t i = 0; i < fields.specialist_refs.size(); ++i) {
      const std::string at = "specialist_refs/" + std::to_string(i);
      clean.line(at + "/system", fields.specialist_refs[i].system,
                 {.code_points_min = 1, .code_points_max = 100});
      clean.line(at + "/id", fields.specialist_refs[i].id,
                 {.code_points_min = 1, .code_points_max = 200});
    }
  }
  DMS_TRY(clean.finish());
  return fields;
}

namespace {

// Entries that stay keep what a newer program wrote into them.
void assign_specialist_refs(std::vector<SpecialistRefRecord>& stored,
                            std::vector<SpecialistRef> refs) {
  std::vector<SpecialistRefRecord> records;
  records.reserve(refs.size());
  for (SpecialistRef& ref : refs) {
    const auto same = std::find_if(stored.begin(), stored.end(), [&](const auto& record) {
      return record.system == ref.system && record.id == ref.id;
    });
    SpecialistRefRecord record;
    if (same != stored.end()) record = *same;
    record.system = std::move(ref.system);
    record.id = std::move(ref.id);
    records.push_back(std::move(record));
  }
  stored = std::move(records);
}

}  // namespace

void assign_fields(DossierRecord& record, DossierFields fields) {
  record.title = std::move(fields.title);
  record.description = unless_empty(std::move(fields.description));
  record.lead_unit = fields.lead_unit;
  record.record_keeping_unit = fields.record_keeping_unit;
  assign(record.medium, fields.medium, Medium::electronic);
  record.paper_location = unless_empty(std::move(fields.paper_location));
  assign(record.classification, fields.classification, Classification::confidential);
  record.period_from = fields.period_from;
  record.period_to = fields.period_to;
  assign_retention(record.retention, fields.retention);
  assign_optional(record.appraisal, fields.appraisal, Appraisal::assess);
  record.keywords = std::move(fields.keywords);
  record.links = std::move(fields.links);
  assign_specialist_refs(record.specialist_refs, std::move(fields.specialist_refs));
}

Dossier to_value(const DossierRecord& record, ScopeId scope) {
  Dossier dossier;
  dossier.id = record.id;
  dossier.file_reference = record.file_reference;
  dossier.unit = record.unit;
  DossierFields& fields = dossier.fields;
  fields.title = record.title;
  fields.description = record.description.value_or("");
  fields.lead_unit = record.lead_unit;
  fields.record_keeping_unit = record.record_keeping_unit;
  fields.medium = known_or(record.medium, Medium::electronic);
  fields.paper_location = record.paper_location.value_or("");
  fields.classification = known_or(record.classification, Classification::confidential);
  fields.period_from = record.period_from;
  fields.period_to = record.period_to;
  if (record.retention) fields.retention = to_value(*record.retention);
  if (record.appraisal) fields.appraisal = known_or(*record.appraisal, Appraisal::assess);
  fields.keywords = record.keywords;
  fields.links = record.links;
  for (const SpecialistRefRecord& ref : record.specialist_refs) {
    fields.specialist_refs.push_back({ref.system, ref.id});
  }
  dossier.status = known_or(record.status, DossierStatus::closed);
  if (record.closed_at) {
    dossier.closed = Stamp{*record.closed_at, record.closed_by.value_or(UserId{})};
  }
  for (const HoldRecord& hold : record.holds) {
    dossier.holds.push_back({hold.reason, {hold.placed_at, hold.placed_by}});
  }
  dossier.scope = scope;
  dossier.own_scope = record.own_scope;
  dossier.change = change_info(record);
  return dossier;
}

Result<ScopeId> scope_of(const View& view, const DossierRecord& dossier) {
  if (dossier.own_scope) return ScopeId{dossier.id.value};
  return unit_scope(view, dossier.unit);
}

Result<ScopeId> unit_scope(const View& view, UnitId unit) {
  const auto record = DMS_TRY(view.find(unit_table, unit.key()));
  if (!record) {
    return fail(operator_error(ErrorCode::corrupt, "dossier under absent unit " + unit.text()));
  }
  return ScopeId{record->scope};
}

namespace {

Result<std::optional<ScopedDossier>> find_scoped(const View& view, DossierId dossier) {
  auto record = DMS_TRY(view.find(dossier_table, dossier.key()));
  if (!record) return std::optional<ScopedDossier>();
  const ScopeId scope = DMS_TRY(scope_of(view, *record));
  return std::optional<ScopedDossier>({std::move(*record), scope});
}

}  // namespace

Result<ScopedDossier> require_dossier(const View& view, const Actor& actor, DossierId dossier,
                                      Right right) {
  auto found = DMS_TRY(find_scoped(view, dossier));
  if (!found) return fail(absent_object());
  DMS_TRY(require(view, actor, found->scope, right));
  return std::move(*found);
}

Result<ScopedDossier> require_dossier(const View& view, const PermissionCache& permissions,
                                      const Actor& actor, DossierId dossier, Right right) {
  auto found = DMS_TRY(find_scoped(view, dossier));
  if (!found) return fail(absent_object());
  DMS_TRY(permissions.require(view, actor, found->scope, right));
  return std::move(*found);
}

Result<void> require_open(const DossierRecord& dossier) {
  if (dossier.status == DossierStatus::open) return {};
  return fail(ErrorCode::conflict, "Die Akte ist geschlossen. Öffnen Sie sie zuerst wieder.",
              "The file is closed. Reopen it first.");
}

}  // namespace dms
