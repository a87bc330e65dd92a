// Changes of the plan. Reading: file_plan_read.cpp.

#include "dms/file_plan.h"

#include <utility>

#include "dms/dossier_record.h"
#include "dms/field_cleaner.h"
#include "dms/file_plan_record.h"
#include "dms/file_reference.h"
#include "dms/identity_event.h"
#include "dms/user.h"

namespace dms {

using storage::Commit;
using storage::View;

namespace {

Result<FilePlanUnitRecord> get_for_change(const View& view, const Actor& actor, UnitId unit,
                                          std::uint64_t if_match) {
  DMS_TRY(require_administrator(view, actor));
  FilePlanUnitRecord record = DMS_TRY(get_unit(view, unit));
  DMS_TRY(check_revision(record.revision, if_match));
  return record;
}

Result<std::optional<FilePlanUnitRecord>> get_parent(const View& view,
                                                     std::optional<UnitId> parent) {
  if (!parent) return std::optional<FilePlanUnitRecord>();
  auto record = DMS_TRY(view.find(unit_table, parent->key()));
  if (!record) {
    return fail(invalid_field("/parent", "Die übergeordnete Einheit gibt es nicht.",
                              "The unit above does not exist."));
  }
  return record;
}

// `invalid` where `unit` would lie below itself or too deep.
Result<void> check_place(const View& view, UnitId unit, std::optional<UnitId> parent) {
  std::optional<UnitId> above = parent;
  for (int depth = 1; above; ++depth) {
    if (*above == unit || depth > unit_depth_max) {
      return fail(invalid_field("/parent", "Dort kann die Einheit nicht stehen.",
                                "The unit cannot stand there."));
    }
    above = DMS_TRY(get_unit(view, *above)).parent;
  }
  return {};
}

Result<void> check_code_free(const View& view, const FilePlanUnitRecord& unit) {
  const auto holder = DMS_TRY(view.find_by(unit_table, "code", unit_code_key(unit.code)));
  if (!holder || holder->id == unit.id) return {};
  Error taken = make_error(ErrorCode::conflict, "Dieses Kennzeichen ist schon vergeben.",
                           "This code is taken already.");
  taken.fields.push_back({"/code", taken.message});
  return fail(std::move(taken));
}

// Gives all that lies below `unit` and inherits the scope `from` the scope `to`.
Result<void> rescope_below(const View& view, Commit& commit, UnitId unit, const Uuid& from,
                           const Uuid& to) {
  const auto children = DMS_TRY(view.scan_index(
      unit_table, "parent", {.prefix = unit_parent_prefix(unit), .after = {}, .limit = units_max}));
  for (FilePlanUnitRecord child : children.items) {
    if (child.scope != from) continue;
    child.scope = to;
    DMS_TRY(commit.put(unit_table, child));
    DMS_TRY(rescope_below(view, commit, child.id, from, to));
  }
  return {};
}

}  // namespace

ScopeId scope_below(const FilePlanUnitRecord* parent) {
  return parent == nullptr ? ScopeId{} : ScopeId{parent->scope};
}

Error other_rights_there(std::string pointer) {
  Error error = make_error(
      ErrorCode::conflict,
      "Dort gelten andere Zugriffsrechte. Geben Sie der Einheit zuerst eine eigene Rechteliste.",
      "Other access rights hold there. Give the unit an access list of its own first.");
  error.fields.push_back({std::move(pointer), error.message});
  return error;
}

Result<FilePlanInfo> FilePlan::update_info(const Actor& actor, FilePlanFields fields,
                                           std::uint64_t if_match) {
  FieldCleaner clean("");
  clean.line("title", fields.title, {.code_points_min = 0, .code_points_max = 300});
  const auto pattern = ReferencePattern::parse(fields.reference_pattern, "/reference_pattern");
  if (!pattern) clean.note(pattern.error());
  DMS_TRY(clean.finish());
  FilePlanRecord changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    changed = DMS_TRY(get_file_plan(view));
    DMS_TRY(check_revision(changed.revision, if_match));
    const Stamp stamp{clock_.now(), actor.user};
    if (changed.revision == 0) {
      stamp_created(changed, stamp);
    } else {
      stamp_modified(changed, stamp);
    }
    changed.title = fields.title;
    changed.reference_pattern = fields.reference_pattern;
    Commit commit(view);
    DMS_TRY(commit.put(file_plan_table, changed));
    commit.append(object_event(actor, "file_plan.changed", Uuid{}, std::nullopt, "{}"));
    return commit;
  }));
  return to_value(changed);
}

Result<FilePlanUnit> FilePlan::create(const Actor& actor, FilePlanUnitFields fields,
                                      const std::optional<AccessList>& access,
                                      const AlsoCommit& also) {
  fields = DMS_TRY(clean_unit_fields(std::move(fields), ""));
  FilePlanUnitRecord unit;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    const Stamp stamp{clock_.now(), actor.user};
    unit = FilePlanUnitRecord();
    unit.id = UnitId::make(stamp.at);
    stamp_created(unit, stamp);
    assign_fields(unit, fields);
    const auto parent = DMS_TRY(get_parent(view, fields.parent));
    DMS_TRY(check_place(view, unit.id, fields.parent));
    DMS_TRY(check_code_free(view, unit));
    const ScopeId above = scope_below(parent ? &*parent : nullptr);
    Commit commit(view);
    if (access) {
      DMS_TRY(
          create_scope(view, commit, actor, {ScopeId{unit.id.value}, above, *access}, stamp.at));
    }
    unit.scope = access ? unit.id.value : above.value;
    DMS_TRY(commit.insert(unit_table, unit));
    commit.append(unit_event(actor, "unit.created", unit));
    if (also) DMS_TRY(also(view, commit, unit.id.value));
    return commit;
  }));
  return to_value(unit, true);
}

Result<FilePlanUnit> FilePlan::update(const Actor& actor, UnitId unit, FilePlanUnitFields fields,
                                      std::uint64_t if_match) {
  fields = DMS_TRY(clean_unit_fields(std::move(fields), ""));
  FilePlanUnit changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    FilePlanUnitRecord record = DMS_TRY(get_for_change(view, actor, unit, if_match));
    if (fields.parent != record.parent) {
      const auto parent = DMS_TRY(get_parent(view, fields.parent));
      DMS_TRY(check_place(view, unit, fields.parent));
      const bool inherits = record.scope != record.id.value;
      if (inherits && record.scope != scope_below(parent ? &*parent : nullptr).value) {
        return fail(other_rights_there("/parent"));
      }
    }
    assign_fields(record, fields);
    DMS_TRY(check_code_free(view, record));
    stamp_modified(record, {clock_.now(), actor.user});
    Commit commit(view);
    DMS_TRY(commit.put(unit_table, record));
    commit.append(unit_event(actor, "unit.changed", record));
    changed = DMS_TRY(to_value(view, record));
    return commit;
  }));
  return changed;
}

Result<FilePlanUnit> FilePlan::give_access_list(const Actor& actor, UnitId unit,
                                                const AccessList& list, std::uint64_t if_match) {
  FilePlanUnit changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    FilePlanUnitRecord record = DMS_TRY(get_for_change(view, actor, unit, if_match));
    const Stamp stamp{clock_.now(), actor.user};
    Commit commit(view);
    DMS_TRY(create_scope(view, commit, actor, {ScopeId{unit.value}, ScopeId{record.scope}, list},
                         stamp.at));
    DMS_TRY(rescope_below(view, commit, unit, record.scope, unit.value));
    record.scope = unit.value;
    stamp_modified(record, stamp);
    DMS_TRY(commit.put(unit_table, record));
    commit.append(unit_event(actor, "unit.access_given", record));
    changed = DMS_TRY(to_value(view, record));
    return commit;
  }));
  return changed;
}

Result<FilePlanUnit> FilePlan::drop_access_list(const Actor& actor, UnitId unit,
                                                std::uint64_t if_match) {
  FilePlanUnit changed;
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    FilePlanUnitRecord record = DMS_TRY(get_for_change(view, actor, unit, if_match));
    if (record.scope != unit.value) {
      return fail(ErrorCode::conflict, "Die Einheit hat keine eigene Rechteliste.",
                  "The unit has no access list of its own.");
    }
    const auto parent = DMS_TRY(get_parent(view, record.parent));
    const ScopeId above = scope_below(parent ? &*parent : nullptr);
    const Stamp stamp{clock_.now(), actor.user};
    Commit commit(view);
    DMS_TRY(remove_scope(view, commit, actor, ScopeId{unit.value}, above));
    DMS_TRY(rescope_below(view, commit, unit, unit.value, above.value));
    record.scope = above.value;
    stamp_modified(record, stamp);
    DMS_TRY(commit.put(unit_table, record));
    commit.append(unit_event(actor, "unit.access_dropped", record));
    changed = DMS_TRY(to_value(view, record));
    return commit;
  }));
  return changed;
}

Result<void> FilePlan::remove(const Actor& actor, UnitId unit, std::uint64_t if_match) {
  DMS_TRY(store_.commit([&](const View& view) -> Result<Commit> {
    const FilePlanUnitRecord record = DMS_TRY(get_for_change(view, actor, unit, if_match));
    const auto dossiers =
        DMS_TRY(view.read_index(dossier_table.name, "unit",
                                {.prefix = dossier_unit_prefix(unit), .after = {}, .limit = 1}));
    if (!dossiers.empty() || DMS_TRY(has_children(view, unit))) {
      return fail(ErrorCode::conflict,
                  "Darunter liegen Einheiten oder Akten. Beenden Sie stattdessen die Gültigkeit.",
                  "Units or files lie under it. End its validity instead.");
    }
    Commit commit(view);
    if (record.scope == unit.value) {
      const auto parent = DMS_TRY(get_parent(view, record.parent));
      DMS_TRY(remove_scope(view, commit, actor, ScopeId{unit.value},
                           scope_below(parent ? &*parent : nullptr)));
    }
    DMS_TRY(commit.erase(unit_table, unit.key()));
    commit.append(unit_event(actor, "unit.removed", record));
    return commit;
  }));
  return {};
}

}  // namespace dms
