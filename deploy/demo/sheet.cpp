#include "deploy/demo/sheet.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace dms::demo {

namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The label that makes a line an item ("1.", "12.", "a)", "–", "-"), or nothing.
std::string_view item_label(std::string_view line) {
  const auto end = line.find(' ');
  if (end == std::string_view::npos || end == 0) return {};
  const std::string_view label = line.substr(0, end);
  if (label == "-" || label == "–") return label;
  const std::string_view inner = label.substr(0, label.size() - 1);
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const bool number = label.back() == '.' && !inner.empty() && inner.size() <= 2 &&
                      std::all_of(inner.begin(), inner.end(), is_digit);
  const bool letter = label.back() == ')' && inner.size() == 1;
  return number || letter ? label : std::string_view();
}

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (const std::string_view cell : split(line, '|')) cells.emplace_back(trim(cell));
  return cells;
}

// A row of nothing but numbers, or nothing.
std::vector<int> shares_of(const std::vector<std::string>& cells) {
  std::vector<int> shares;
  for (const std::string& cell : cells) {
    int share = 0;
    const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), share);
    if (read.ec != std::errc() || read.ptr != cell.data() + cell.size()) return {};
    shares.push_back(share);
  }
  return shares;
}

void add_row(Table& table, std::string_view line) {
  Table::Row row;
  line = trim(line).substr(1);
  if (line.starts_with('=')) {
    row.is_total = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('|')) line.remove_suffix(1);
  row.cells = cells_of(line);
  if (table.rows.empty() && table.widths.empty()) {
    table.widths = shares_of(row.cells);
    if (!table.widths.empty()) return;
    table.widths.assign(row.cells.size(), 1);
  }
  row.cells.resize(table.widths.size());
  table.rows.push_back(std::move(row));
}

// Puts lines into blocks, one after the other.
class BodyParser {
 public:
  void read(std::string_view line) {
    line = trim(line);
    if (line.empty()) {
      is_open_ = false;
    } else if (line.starts_with("# ")) {
      blocks_.emplace_back(Heading{std::string(line.substr(2))});
      is_open_ = false;
    } else if (line.starts_with('|')) {
      read_row(line);
    } else if (const std::string_view label = item_label(line); !label.empty()) {
      const std::string shown = label == "-" ? "–" : std::string(label);
      blocks_.emplace_back(Item{shown, std::string(trim(line.substr(label.size())))});
      is_open_ = true;
    } else {
      read_text(line);
    }
  }
  std::vector<Block> take() { return std::move(blocks_); }

 private:
  void read_row(std::string_view line) {
    if (!is_open_ || !std::holds_alternative<Table>(blocks_.back())) blocks_.emplace_back(Table{});
    add_row(std::get<Table>(blocks_.back()), line);
    is_open_ = true;
  }

  void read_text(std::string_view line) {
    std::string* text = is_open_ ? open_text() : nullptr;
    if (text == nullptr) {
      blocks_.emplace_back(Paragraph{});
      text = &std::get<Paragraph>(blocks_.back()).text;
    } else if (!text->ends_with('\n')) {
      text->push_back(' ');
    }
    is_open_ = true;
    const bool breaks = line.ends_with('\\');
    text->append(breaks ? trim(line.substr(0, line.size() - 1)) : line);
    if (breaks) text->push_back('\n');
  }

  std::string* open_text() {
    if (auto* paragraph = std::get_if<Paragraph>(&blocks_.back())) return &paragraph->text;
    if (auto* item = std::get_if<Item>(&blocks_.back())) return &item->text;
    return nullptr;
  }

  std::vector<Block> blocks_;
  bool is_open_ = false;  // the last block goes on with the next line
};

}  // namespace

std::vector<Block> parse_body(std::string_view text) {
  BodyParser parser;
  for (const std::string_view line : split(text, '\n')) parser.read(line);
  return parser.take();
}

}  // namespace dms::demo
