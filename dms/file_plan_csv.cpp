#include "dms/file_plan_csv.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "dms/base/text.h"
#include "dms/file_plan_csv_cells.h"
#include "dms/file_plan_record.h"
#include "dms/user.h"

namespace dms {

using storage::Commit;
using storage::View;
using Action = FilePlanImportLine::Action;

namespace {

constexpr std::size_t changes_max = 2000;  // what one commit takes

// The plan as it would be, and what the file changes in it.
class Import {
 public:
  Import(const View& view, const Stamp& stamp) : view_(view), stamp_(stamp) {}

  Result<void> run(const std::vector<PlanCells>& rows) {
    for (FilePlanUnitRecord& unit :
         DMS_TRY(
             view_.scan_index(unit_table, "code", {.prefix = {}, .after = {}, .limit = units_max}))
             .items) {
      codes_.emplace(unit.id, unit.code);
      Planned planned;
      planned.before = unit;
      planned.after = std::move(unit);
      std::string code = planned.after.code;
      units_.emplace(std::move(code), std::move(planned));
    }
    for (const PlanCells& row : rows) add_row(row);
    for (std::size_t i = 0; i < rows.size(); ++i) place(rows[i], report_.lines[i]);
    for (FilePlanImportLine& line : report_.lines) finish(line);
    return {};
  }

  // All changed and created units, each with its event.
  Result<void> write(Commit& commit, const Actor& actor) const {
    for (const auto& [code, unit] : units_) {
      if (!unit.touched || !changed(unit)) continue;
      DMS_TRY(commit.put(unit_table, unit.after));
      commit.append(unit_event(actor, unit.before ? "unit.changed" : "unit.created", unit.after));
    }
    return {};
  }

  FilePlanImportReport take_report() { return std::move(report_); }

 private:
  struct Planned {
    std::optional<FilePlanUnitRecord> before;
    FilePlanUnitRecord after;
    bool touched = false;  // the file has a row for it
  };

  static bool changed(const Planned& unit) {
    return !unit.before || to_fields(*unit.before) != to_fields(unit.after);
  }

  // The code as it is looked up; what is not clean is told by clean_unit_fields.
  static std::string cleaned(const std::string& cell) {
    return clean_line(cell, "", {.code_points_min = 0, .code_points_max = 40}).value_or(cell);
  }

  static void wrong(FilePlanImportLine& line, std::string pointer, std::string_view de,
                    std::string_view en) {
    line.errors.push_back({std::move(pointer), {std::string(de), std::string(en)}});
  }

  void add_row(const PlanCells& row) {
    FilePlanImportLine& line = report_.lines.emplace_back();
    line.line = row.line;
    line.code = cleaned(*row[PlanColumn::code]);
    const auto known = units_.find(line.code);
    const bool fresh = known == units_.end();
    FilePlanUnitFields fields = fresh ? FilePlanUnitFields() : to_fields(known->second.after);
    line.errors = apply_cells(row, fields);
    Result<FilePlanUnitFields> clean = clean_unit_fields(std::move(fields), "");
    if (!clean) {
      const auto& errors = clean.error().fields;
      line.errors.insert(line.errors.end(), errors.begin(), errors.end());
      return;
    }
    line.code = clean->code;
    Planned& unit = units_[line.code];
    if (unit.touched) {
      wrong(line, "/code", "Das Kennzeichen steht zweimal in der Datei.",
            "The code stands twice in the file.");
      return;
    }
    unit.touched = true;
    if (fresh) {
      unit.after.id = UnitId::make(stamp_.at);
      stamp_created(unit.after, stamp_);
      codes_.emplace(unit.after.id, line.code);
    }
    assign_fields(unit.after, std::move(*clean));
  }

  // Finds the parent, once all rows are known.
  void place(const PlanCells& row, FilePlanImportLine& line) {
    if (!line.errors.empty()) return;
    Planned& unit = units_.at(line.code);
    if (const auto& cell = row[PlanColumn::parent]) {
      if (cell->empty()) {
        unit.after.parent.reset();
      } else if (const auto parent = units_.find(cleaned(*cell)); parent != units_.end()) {
        unit.after.parent = parent->second.after.id;
      } else {
        wrong(line, "/parent", "Die übergeordnete Einheit gibt es nicht.",
              "The unit above does not exist.");
      }
    } else if (!unit.before) {
      unit.after.parent = longest_beginning(line.code);
    }
  }

  std::optional<UnitId> longest_beginning(std::string_view code) const {
    for (std::size_t length = code.size() - 1; length > 0; --length) {
      const auto found = units_.find(std::string(code.substr(0, length)));
      if (found != units_.end()) return found->second.after.id;
    }
    return std::nullopt;
  }

  // Scope, cycles, and what the line comes to.
  void finish(FilePlanImportLine& line) {
    if (line.errors.empty()) settle_scope(line);
    if (!line.errors.empty()) {
      line.action = Action::error;
      ++report_.errors;
      return;
    }
    Planned& unit = units_.at(line.code);
    if (!unit.before) {
      line.action = Action::created;
      ++report_.created;
    } else if (changed(unit)) {
      line.action = Action::changed;
      ++report_.changed;
      stamp_modified(unit.after, stamp_);
    } else {
      ++report_.unchanged;
    }
  }

  void settle_scope(FilePlanImportLine& line) {
    Planned& unit = units_.at(line.code);
    // The nearest unit above that is there already or has been given its scope; or the plan itself.
    std::optional<Uuid> above;
    std::optional<UnitId> at = unit.after.parent;
    for (int depth = 0; at; ++depth) {
      const Planned& parent = units_.at(codes_.at(*at));
      if (parent.after.id == unit.after.id || depth > unit_depth_max) {
        wrong(line, "/parent", "Dort kann die Einheit nicht stehen.",
              "The unit cannot stand there.");
        return;
      }
      if (!above && parent.before) above = parent.before->scope;
      at = parent.after.parent;
    }
    const Uuid inherited = above.value_or(Uuid{});
    if (!unit.before) {
      unit.after.scope = inherited;
    } else if (unit.before->parent != unit.after.parent &&
               unit.after.scope != unit.after.id.value && unit.after.scope != inherited) {
      line.errors.push_back(other_rights_there("/parent").fields.front());
    }
  }

  const View& view_;
  Stamp stamp_;
  std::map<std::string, Planned> units_;  // by code
  std::map<UnitId, std::string> codes_;
  FilePlanImportReport report_;
};

}  // namespace

Result<FilePlanImportReport> import_file_plan(storage::Store& store, const Clock& clock,
                                              const Actor& actor, std::string_view csv,
                                              ImportMode mode) {
  FilePlanImportReport report;
  const auto decide = [&](const View& view) -> Result<Commit> {
    DMS_TRY(require_administrator(view, actor));
    const std::vector<PlanCells> rows = DMS_TRY(read_plan_cells(csv));
    Import import(view, {clock.now(), actor.user});
    DMS_TRY(import.run(rows));
    report = import.take_report();
    Commit commit(view);
    if (report.errors > 0 || mode == ImportMode::dry_run) return commit;
    const std::uint64_t changes = report.created + report.changed;
    if (changes == 0) return commit;
    if (changes > changes_max) {
      return fail(ErrorCode::too_large,
                  "Zu viele Änderungen auf einmal. Teilen Sie die Datei (bis zu 2.000 Einheiten).",
                  "Too many changes at once. Split the file (up to 2,000 units).");
    }
    DMS_TRY(import.write(commit, actor));
    report.written = true;
    return commit;
  };
  if (mode == ImportMode::dry_run) {
    DMS_TRY(store.read<bool>([&](const View& view) -> Result<bool> {
      DMS_TRY(decide(view));
      return true;
    }));
  } else {
    DMS_TRY(store.commit(decide));
  }
  return report;
}

}  // namespace dms
