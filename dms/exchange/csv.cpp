#include "dms/exchange/csv.h"

#include <optional>

#include "dms/base/text.h"

namespace dms::exchange {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Error bad_line(std::size_t line, std::string_view de, std::string_view en) {
  return invalid_field("/line/" + std::to_string(line), de, en);
}

char divider_of(std::string_view text) {
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ';' || c == ',') return c;
    if (c == '\n') break;
  }
  return ';';
}

class Parser {
 public:
  Parser(std::string_view text, const CsvLimits& limits)
      : rest_(text), limits_(limits), divider_(divider_of(text)) {}

  Result<std::vector<CsvRow>> parse() {
    while (!rest_.empty()) {
      if (take_line_end()) continue;  // an empty line
      if (rows_.size() == limits_.rows_max) {
        return fail(
            bad_line(line_, "Die Datei hat zu viele Zeilen.", "The file has too many lines."));
      }
      CsvRow row = DMS_TRY(parse_row());
      rows_.push_back(std::move(row));
    }
    return std::move(rows_);
  }

 private:
  Result<CsvRow> parse_row() {
    CsvRow row{line_, {}};
    while (true) {
      if (row.fields.size() == limits_.fields_max) {
        return fail(
            bad_line(line_, "Die Zeile hat zu viele Felder.", "The line has too many fields."));
      }
      const bool quoted = rest_.starts_with('"');
      row.fields.push_back(DMS_TRY(quoted ? parse_quoted() : parse_plain()));
      if (rest_.starts_with(divider_)) {
        rest_.remove_prefix(1);
        continue;
      }
      if (rest_.empty() || take_line_end()) return row;
      return fail(bad_line(line_, "Nach dem schließenden Anführungszeichen steht noch Text.",
                           "There is text after the closing quote."));
    }
  }

  Result<std::string> parse_plain() {
    std::string field;
    while (!rest_.empty() && rest_.front() != divider_ && !at_line_end()) {
      if (rest_.front() == '"') {
        return fail(bad_line(line_, "Ein Anführungszeichen steht mitten im Feld.",
                             "There is a quote inside an unquoted field."));
      }
      DMS_TRY(take_into(field));
    }
    return field;
  }

  Result<std::string> parse_quoted() {
    const std::size_t opened_on = line_;
    rest_.remove_prefix(1);
    std::string field;
    while (!rest_.empty()) {
      if (rest_.starts_with("\"\"")) {
        rest_.remove_prefix(1);
      } else if (rest_.front() == '"') {
        rest_.remove_prefix(1);
        return field;
      } else if (take_line_end()) {
        DMS_TRY(append('\n', field));
        continue;
      }
      DMS_TRY(take_into(field));
    }
    return fail(bad_line(opened_on, "Ein Anführungszeichen wird nicht geschlossen.",
                         "A quote is never closed."));
  }

  bool at_line_end() const { return rest_.starts_with('\n') || rest_.starts_with("\r\n"); }

  bool take_line_end() {
    if (!at_line_end()) return false;
    rest_.remove_prefix(rest_.front() == '\r' ? 2 : 1);
    ++line_;
    return true;
  }

  Result<void> take_into(std::string& field) {
    const char c = rest_.front();
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return fail(bad_line(line_, "Die Zeile enthält ein Steuerzeichen.",
                           "The line holds a control character."));
    }
    DMS_TRY(append(c, field));
    rest_.remove_prefix(1);
    return {};
  }

  Result<void> append(char c, std::string& field) const {
    if (field.size() == limits_.field_bytes_max) {
      return fail(bad_line(line_, "Ein Feld ist zu lang.", "A field is too long."));
    }
    field += c;
    return {};
  }

  std::string_view rest_;
  const CsvLimits& limits_;
  char divider_;
  std::size_t line_ = 1;
  std::vector<CsvRow> rows_;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, const CsvLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return fail(ErrorCode::too_large, "Die CSV-Datei ist zu groß.", "The CSV file is too large.");
  }
  if (!is_valid_utf8(text)) {
    return fail(bad_line(1, "Die Datei ist kein UTF-8.", "The file is not UTF-8."));
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return Parser(text, limits).parse();
}

}  // namespace dms::exchange
