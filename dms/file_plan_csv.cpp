#include "dms/file_plan_csv.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "dms/base/text.h"
#include "dms/exchange/csv.h"
#include "dms/file_plan_record.h"
#include "dms/user.h"

namespace dms {

using exchange::CsvRow;
using storage::Commit;
using storage::View;
using Action = FilePlanImportLine::Action;

namespace {

constexpr std::size_t changes_max = 2000;  // what one commit takes

enum class Column : std::uint8_t {
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
BOOST_DESCRIBE_ENUM(Column, code, title, parent, description, valid_from, valid_until,
                    reference_pattern, retention, retention_start, legal_basis, valid_as_of,
                    transfer_years, appraisal)
constexpr std::size_t column_count = 13;

// The cells of one row by column; nullopt where the file has no such column.
struct Cells {
  std::size_t line = 0;
  std::array<std::optional<std::string>, column_count> values;
  const std::optional<std::string>& operator[](Column column) const {
    return values[static_cast<std::size_t>(column)];
  }
};

Result<std::vector<Column>> read_header(const CsvRow& header) {
  std::vector<Column> columns;
  for (const std::string& name : header.fields) {
    const auto column = enum_from_name<Column>(name);
    if (!column || std::find(columns.begin(), columns.end(), *column) != columns.end()) {
      return fail(invalid_field("/line/1", "Unbekannte oder doppelte Spalte: " + name,
                                "Unknown or repeated column: " + name));
    }
    columns.push_back(*column);
  }
  for (const Column needed : {Column::code, Column::title}) {
    if (std::find(columns.begin(), columns.end(), needed) != columns.end()) continue;
    const std::string name(enum_name(needed));
    return fail(
        invalid_field("/line/1", "Es fehlt die Spalte " + name, "The column is missing: " + name));
  }
  return columns;
}

Result<std::vector<Cells>> read_cells(std::string_view csv) {
  const std::vector<CsvRow> rows = DMS_TRY(exchange::parse_csv(csv));
  if (rows.empty()) {
    return fail(invalid_field("/line/1", "Die Datei ist leer.", "The file is empty."));
  }
  const std::vector<Column> columns = DMS_TRY(read_header(rows.front()));
  std::vector<Cells> cells;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].fields.size() != columns.size()) {
      return fail(invalid_field("/line/" + std::to_string(rows[i].line),
                                "Die Zeile hat nicht so viele Felder wie die Kopfzeile.",
                                "The line has not as many fields as the header."));
    }
    Cells& row = cells.emplace_back();
    row.line = rows[i].line;
    for (std::size_t field = 0; field < columns.size(); ++field) {
      row.values[static_cast<std::size_t>(columns[field])] = rows[i].fields[field];
    }
  }
  return cells;
}

// Puts one row's cells over a unit's fields and gathers what is wrong with them.
class CellReader {
 public:
  CellReader(const Cells& cells, FilePlanUnitFields& fields) : cells_(cells), fields_(fields) {}

  std::vector<FieldError> apply() {
    text(Column::code, fields_.code);
    text(Column::title, fields_.title);
    text(Column::description, fields_.description);
    text(Column::reference_pattern, fields_.reference_pattern);
    date(Column::valid_from, fields_.valid_from);
    date(Column::valid_until, fields_.valid_until);
    number(Column::transfer_years, fields_.transfer_years);
    appraisal();
    retention();
    return std::move(errors_);
  }

 private:
  void wrong(Column column, std::string_view de, std::string_view en) {
    errors_.push_back({"/" + std::string(enum_name(column)), {std::string(de), std::string(en)}});
  }

  void text(Column column, std::string& to) const {
    if (cells_[column]) to = *cells_[column];
  }

  void date(Column column, std::optional<Date>& to) {
    if (!cells_[column]) return;
    to = parse_date(*cells_[column]);
    if (!to && !cells_[column]->empty()) {
      wrong(column, "Kein Datum wie 2026-12-31.", "No date such as 2026-12-31.");
    }
  }

  void number(Column column, std::optional<std::uint32_t>& to) {
    if (!cells_[column]) return;
    to.reset();
    const std::string& cell = *cells_[column];
    if (cell.empty()) return;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size()) {
      wrong(column, "Keine Zahl.", "Not a number.");
    } else {
      to = value;
    }
  }

  void appraisal() {
    const auto& cell = cells_[Column::appraisal];
    if (!cell) return;
    fields_.appraisal.reset();
    if (*cell == "A") fields_.appraisal = Appraisal::archive;
    if (*cell == "B") fields_.appraisal = Appraisal::assess;
    if (*cell == "V") fields_.appraisal = Appraisal::destroy;
    if (!fields_.appraisal && !cell->empty()) {
      wrong(Column::appraisal, "Nur A, B oder V.", "Only A, B or V.");
    }
  }

  void retention() {
    RetentionPeriod period = fields_.retention.value_or(RetentionPeriod());
    bool given = fields_.retention.has_value();
    if (const auto& cell = cells_[Column::retention]) {
      given = !cell->empty();
      if (*cell == "permanent" || *cell == "dauernd") {
        period.years.reset();
      } else {
        number(Column::retention, period.years);
      }
    }
    if (const auto& cell = cells_[Column::retention_start]; cell && !cell->empty()) {
      if (const auto start = enum_from_name<RetentionStart>(*cell)) {
        period.start = *start;
      } else {
        wrong(Column::retention_start, "Unbekannter Fristbeginn.", "Unknown start event.");
      }
    }
    text(Column::legal_basis, period.legal_basis);
    date(Column::valid_as_of, period.valid_as_of);
    fields_.retention = given ? std::optional(period) : std::nullopt;
  }

  const Cells& cells_;
  FilePlanUnitFields& fields_;
  std::vector<FieldError> errors_;
};

// The plan as it would be, and what the file changes in it.
class Import {
 public:
  Import(const View& view, const Stamp& stamp) : view_(view), stamp_(stamp) {}

  Result<void> run(const std::vector<Cells>& rows) {
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
    for (const Cells& row : rows) add_row(row);
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

  void add_row(const Cells& row) {
    FilePlanImportLine& line = report_.lines.emplace_back();
    line.line = row.line;
    line.code = cleaned(*row[Column::code]);
    const auto known = units_.find(line.code);
    const bool fresh = known == units_.end();
    FilePlanUnitFields fields = fresh ? FilePlanUnitFields() : to_fields(known->second.after);
    line.errors = CellReader(row, fields).apply();
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
  void place(const Cells& row, FilePlanImportLine& line) {
    if (!line.errors.empty()) return;
    Planned& unit = units_.at(line.code);
    if (const auto& cell = row[Column::parent]) {
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
    const std::vector<Cells> rows = DMS_TRY(read_cells(csv));
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
