// What readers see of the plan. Rights come from memory.

#include <iterator>
#include <set>

#include "dms/file_plan.h"
#include "dms/file_plan_record.h"
#include "dms/user.h"

namespace dms {

using storage::View;

namespace {

// Whether a reader may see the unit: by its scope, or because he keeps the plan.
Result<bool> visible(const View& view, const PermissionCache& permissions, const Actor& actor,
                     bool administrator, const FilePlanUnitRecord& unit) {
  if (administrator) return true;
  return DMS_TRY(permissions.rights_in(view, actor, ScopeId{unit.scope})).has(Right::see);
}

}  // namespace

Result<FilePlanInfo> FilePlan::info(const Actor& actor) const {
  return store_.read<FilePlanInfo>([&](const View& view) -> Result<FilePlanInfo> {
    DMS_TRY(require_active(view, actor));
    return to_value(DMS_TRY(get_file_plan(view)));
  });
}

Result<std::vector<FilePlanUnit>> FilePlan::all(const Actor& actor) const {
  using Units = std::vector<FilePlanUnit>;
  return store_.read<Units>([&](const View& view) -> Result<Units> {
    const bool administrator = DMS_TRY(is_administrator(view, actor));
    const auto scanned = DMS_TRY(
        view.scan_index(unit_table, "code", {.prefix = {}, .after = {}, .limit = units_max}));
    std::set<UnitId> parents;
    for (const FilePlanUnitRecord& unit : scanned.items) {
      if (unit.parent) parents.insert(*unit.parent);
    }
    Units units;
    for (const FilePlanUnitRecord& unit : scanned.items) {
      if (!DMS_TRY(visible(view, permissions_, actor, administrator, unit))) continue;
      units.push_back(to_value(unit, !parents.contains(unit.id)));
    }
    return units;
  });
}

Result<std::vector<FilePlanUnit>> FilePlan::children(const Actor& actor,
                                                     std::optional<UnitId> parent) const {
  using Units = std::vector<FilePlanUnit>;
  return store_.read<Units>([&](const View& view) -> Result<Units> {
    const bool administrator = DMS_TRY(is_administrator(view, actor));
    if (parent) {
      const FilePlanUnitRecord above = DMS_TRY(get_unit(view, *parent));
      if (!DMS_TRY(visible(view, permissions_, actor, administrator, above))) {
        return fail(absent_object());
      }
    }
    const auto scanned = DMS_TRY(
        view.scan_index(unit_table, "parent",
                        {.prefix = unit_parent_prefix(parent), .after = {}, .limit = units_max}));
    Units units;
    for (const FilePlanUnitRecord& unit : scanned.items) {
      if (!DMS_TRY(visible(view, permissions_, actor, administrator, unit))) continue;
      units.push_back(DMS_TRY(to_value(view, unit)));
    }
    return units;
  });
}

Result<std::vector<FilePlanUnit>> FilePlan::path(const Actor& actor, UnitId unit) const {
  using Units = std::vector<FilePlanUnit>;
  return store_.read<Units>([&](const View& view) -> Result<Units> {
    const bool administrator = DMS_TRY(is_administrator(view, actor));
    Units upwards;
    std::optional<UnitId> at = unit;
    for (int depth = 0; at && depth <= unit_depth_max; ++depth) {
      const FilePlanUnitRecord record = DMS_TRY(get_unit(view, *at));
      if (DMS_TRY(visible(view, permissions_, actor, administrator, record))) {
        upwards.push_back(DMS_TRY(to_value(view, record)));
      } else if (*at == unit) {
        return fail(absent_object());
      }
      at = record.parent;
    }
    return Units(std::make_move_iterator(upwards.rbegin()),
                 std::make_move_iterator(upwards.rend()));
  });
}

Result<FilePlanUnit> FilePlan::get(const Actor& actor, UnitId unit) const {
  return store_.read<FilePlanUnit>([&](const View& view) -> Result<FilePlanUnit> {
    const FilePlanUnitRecord record = DMS_TRY(get_unit(view, unit));
    if (!DMS_TRY(
            visible(view, permissions_, actor, DMS_TRY(is_administrator(view, actor)), record))) {
      return fail(absent_object());
    }
    return to_value(view, record);
  });
}

}  // namespace dms
