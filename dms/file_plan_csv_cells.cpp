#include "dms/file_plan_csv_cells.h"

#include <algorithm>
#include <charconv>

#include "dms/base/described_enum.h"
#include "dms/exchange/csv.h"

namespace dms {

using exchange::CsvRow;
using Column = PlanColumn;

namespace {

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

// Puts one row's cells over a unit's fields and gathers what is wrong with them.
class CellReader {
 public:
  CellReader(const PlanCells& cells, FilePlanUnitFields& fields) : cells_(cells), fields_(fields) {}

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

  const PlanCells& cells_;
  FilePlanUnitFields& fields_;
  std::vector<FieldError> errors_;
};

}  // namespace

Result<std::vector<PlanCells>> read_plan_cells(std::string_view csv) {
  const std::vector<CsvRow> rows = DMS_TRY(exchange::parse_csv(csv));
  if (rows.empty()) {
    return fail(invalid_field("/line/1", "Die Datei ist leer.", "The file is empty."));
  }
  const std::vector<Column> columns = DMS_TRY(read_header(rows.front()));
  std::vector<PlanCells> cells;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].fields.size() != columns.size()) {
      return fail(invalid_field("/line/" + std::to_string(rows[i].line),
                                "Die Zeile hat nicht so viele Felder wie die Kopfzeile.",
                                "The line has not as many fields as the header."));
    }
    PlanCells& row = cells.emplace_back();
    row.line = rows[i].line;
    for (std::size_t field = 0; field < columns.size(); ++field) {
      row.values[static_cast<std::size_t>(columns[field])] = rows[i].fields[field];
    }
  }
  return cells;
}

std::vector<FieldError> apply_cells(const PlanCells& cells, FilePlanUnitFields& fields) {
  return CellReader(cells, fields).apply();
}

}  // namespace dms
