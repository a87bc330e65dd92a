#include "search/extract/parse/spreadsheet.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "search/extract/parse/drawing_text.h"
#include "search/extract/parse/number_format.h"
#include "search/extract/parse/office_package.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {
namespace {

std::uint32_t number_of(std::string_view text) {
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The text of a string item or comment: its runs, without reading aids for Japanese.
void append_runs(const pugi::xml_node& node, std::string& text, int depth = 0) {
  if (depth > xml_depth_max) return;
  for (const pugi::xml_node& each : node.children()) {
    const std::string_view name = local_name(each.name());
    if (name == "t") text += each.text().get();
    if (name != "t" && name != "rPh" && name != "phoneticPr") append_runs(each, text, depth + 1);
  }
}

class SpreadsheetReading {
 public:
  SpreadsheetReading(OfficePackage package, TextSink& sink)
      : package_(std::move(package)), sink_(sink) {}

  Parsed run() {
    const std::string main_part = package_.find_main_part("xl/workbook.xml");
    if (!package_.has(main_part)) return not_parsed(TextState::damaged, Cause::missing_part);
    pugi::xml_document workbook;
    if (!package_.load(main_part, workbook)) {
      return not_parsed(TextState::damaged, Cause::broken_markup);
    }
    const std::vector<Relationship> parts = package_.relationships_of(main_part);
    const pugi::xml_node root = workbook.document_element();
    const std::string_view date_system = attribute(child(root, "workbookPr"), "date1904");
    if (date_system == "1" || date_system == "true") date_system_ = DateSystem::from_1904;
    for (const Relationship& each : parts) {
      if (each.kind == "sharedStrings") read_strings(each.target);
      if (each.kind == "styles") read_styles(each.target);
    }
    for (const pugi::xml_node& sheet : child(root, "sheets").children()) {
      append_sheet(sheet, parts);
    }
    for (const Relationship& each : parts) {
      if (each.kind == "externalLink") append_external(each.target);
    }
    for (const std::string& each : addresses_) append_line(each);
    Parsed parsed;
    if (too_deep_) parsed.cause = Cause::nested_too_deep;
    take_properties(package_.read_properties(), parsed, sink_);
    return parsed;
  }

 private:
  void append_line(std::string_view text) {
    if (text.empty()) return;
    sink_.line_break();
    sink_.append(text);
    sink_.line_break();
  }

  void read_strings(const std::string& part) {
    if (!package_.load(part, strings_part_)) return;
    for (const pugi::xml_node& each : strings_part_.document_element().children()) {
      if (local_name(each.name()) == "si") strings_.push_back(each);
    }
  }

  void read_styles(const std::string& part) {
    pugi::xml_document document;
    if (!package_.load(part, document)) return;
    const pugi::xml_node root = document.document_element();
    std::map<std::uint32_t, std::string> codes;
    for (const pugi::xml_node& each : child(root, "numFmts").children()) {
      codes[number_of(attribute(each, "numFmtId"))] = attribute(each, "formatCode");
    }
    for (const pugi::xml_node& each : child(root, "cellXfs").children()) {
      const std::uint32_t number = number_of(attribute(each, "numFmtId"));
      const auto own = codes.find(number);
      formats_.push_back(own == codes.end() ? std::string(builtin_number_format(number))
                                            : own->second);
    }
  }

  void append_sheet(const pugi::xml_node& sheet, const std::vector<Relationship>& parts) {
    append_line(attribute(sheet, "name"));
    std::string part;
    for (const Relationship& each : parts) {
      // The sheet's own relationship is r:id; "sheetId" has another name.
      if (each.id == attribute(sheet, "id") && !each.external) part = each.target;
    }
    pugi::xml_document document;
    if (part.empty() || !package_.load(part, document)) return;
    const pugi::xml_node root = document.document_element();
    for (const pugi::xml_node& row : child(root, "sheetData").children()) {
      if (sink_.full()) return;
      append_row(row);
    }
    for (const pugi::xml_node& each : child(root, "headerFooter").children()) {
      append_line(header_text(each.text().get()));
    }
    append_related(part);
  }

  void append_row(const pugi::xml_node& row) {
    bool begun = false;
    for (const pugi::xml_node& cell : row.children()) {
      const std::string text = cell_text(cell);
      if (text.empty()) continue;
      if (begun) sink_.append("\t");
      sink_.append(text);
      begun = true;
    }
    if (begun) sink_.line_break();
  }

  std::string cell_text(const pugi::xml_node& cell) const {
    const std::string_view type = attribute(cell, "t");
    const std::string_view value = child(cell, "v").text().get();
    std::string text;
    if (type == "inlineStr") {
      append_runs(child(cell, "is"), text);
    } else if (type == "s") {
      const std::uint32_t index = number_of(value);
      if (!value.empty() && index < strings_.size()) append_runs(strings_[index], text);
    } else if (type == "b" && !value.empty()) {
      text = value == "1" ? "WAHR" : "FALSCH";
    } else if (type == "str" || type == "e" || type == "d") {
      text = value;
    } else if (!value.empty()) {
      double number = 0;
      const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
      if (read.ec != std::errc()) return std::string(value);
      const std::uint32_t style = number_of(attribute(cell, "s"));
      const std::string_view format =
          style < formats_.size() ? std::string_view(formats_[style]) : std::string_view();
      text = format_cell_number(number, format, date_system_);
    }
    return text;
  }

  void append_drawing(const std::string& part) {
    pugi::xml_document document;
    if (!done_.insert(part).second || !package_.load(part, document)) return;
    DrawingText text(sink_);
    sink_.line_break();
    text.append(document);
    sink_.line_break();
    too_deep_ = too_deep_ || text.too_deep();
  }

  void append_related(const std::string& sheet) {
    for (const Relationship& each : package_.relationships_of(sheet)) {
      if (each.external) {
        if (is_address(each.target)) addresses_.insert(each.target);
      } else if (each.kind == "drawing") {
        append_drawing(each.target);
        for (const Relationship& inner : package_.relationships_of(each.target)) {
          if (inner.kind == "chart" || inner.kind == "diagramData") append_drawing(inner.target);
        }
      } else if (each.kind == "comments" || each.kind == "threadedComment") {
        append_comments(each.target);
      }
    }
  }

  void append_comments(const std::string& part) {
    pugi::xml_document document;
    if (!done_.insert(part).second || !package_.load(part, document)) return;
    const pugi::xml_node root = document.document_element();
    const pugi::xml_node list = child(root, "commentList") ? child(root, "commentList") : root;
    for (const pugi::xml_node& each : list.children()) {
      std::string text;
      append_runs(child(each, "text"), text);
      if (text.empty()) text = child(each, "text").text().get();
      append_line(text);
    }
  }

  // Where the workbook takes data from: what runs a program on opening should be found.
  void append_external(const std::string& part) {
    pugi::xml_document document;
    if (!package_.load(part, document)) return;
    const pugi::xml_node link = child(document.document_element(), "ddeLink");
    if (link) {
      append_line(std::string(attribute(link, "ddeService")) + "|" +
                  std::string(attribute(link, "ddeTopic")));
    }
    for (const Relationship& each : package_.relationships_of(part)) {
      if (each.external && is_address(each.target)) addresses_.insert(each.target);
    }
  }

  OfficePackage package_;
  TextSink& sink_;
  DateSystem date_system_ = DateSystem::from_1900;
  pugi::xml_document strings_part_;
  std::vector<pugi::xml_node> strings_;  // in strings_part_
  std::vector<std::string> formats_;     // by a cell's style
  std::set<std::string> done_;
  std::set<std::string> addresses_;
  bool too_deep_ = false;
};

}  // namespace

std::string header_text(std::string_view coded) {
  std::string text;
  while (!coded.empty()) {
    const char c = coded.front();
    coded.remove_prefix(1);
    if (c != '&' || coded.empty()) {
      text += c;
      continue;
    }
    const char code = coded.front();
    coded.remove_prefix(1);
    if (code == '&') {
      text += '&';
    } else if (code == '"') {  // a font
      coded.remove_prefix(std::min(coded.find('"'), coded.size()));
      coded.remove_prefix(std::min<std::size_t>(coded.size(), 1));
    } else if (code == 'L' || code == 'C' || code == 'R') {
      if (!text.empty()) text += '\n';
    } else if (code == 'K') {  // a colour of six digits
      coded.remove_prefix(std::min<std::size_t>(coded.size(), 6));
    } else if (code >= '0' && code <= '9') {  // a size
      while (!coded.empty() && coded.front() >= '0' && coded.front() <= '9') {
        coded.remove_prefix(1);
      }
    }
  }
  while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
  return text;
}

Parsed parse_spreadsheet(std::string_view bytes, TextSink& sink) {
  return parse_spreadsheet(read_zip(bytes, is_office_part), sink);
}

Parsed parse_spreadsheet(ZipParts parts, TextSink& sink) {
  return parse_parts(std::move(parts), [&](ZipParts whole) {
    return SpreadsheetReading(OfficePackage(std::move(whole)), sink).run();
  });
}

}  // namespace dms::search::extract
