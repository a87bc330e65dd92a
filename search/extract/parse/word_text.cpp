#include "search/extract/parse/word_text.h"

#include <algorithm>
#include <array>

namespace dms::search::extract {
namespace {

// Properties, deleted text, and what stands in another place as well.
constexpr std::array<std::string_view, 20> skipped{
    "pPr",   "rPr",      "sectPr",   "tblPr",     "tcPr",      "trPr",    "sdtPr",
    "del",   "moveFrom", "delText",  "rt",        "tblGrid",   "fldData", "numRef",
    "style", "binData",  "sdtEndPr", "shapetype", "posOffset", "numCache"};

bool is_skipped(std::string_view name) {
  return std::find(skipped.begin(), skipped.end(), name) != skipped.end();
}

// "C:\Users\…\logo.jpg", put there by Word itself: the name is enough, the path is nobody's
// business.
std::string_view without_folders(std::string_view description) {
  const std::size_t slash = description.rfind('\\');
  return slash == std::string_view::npos ? description : description.substr(slash + 1);
}

}  // namespace

void WordText::walk_children(const pugi::xml_node& node, int depth) {
  for (const pugi::xml_node& each : node.children()) {
    if (sink_.full()) return;
    if (each.type() == pugi::node_element) walk(each, depth + 1);
  }
}

void WordText::walk(const pugi::xml_node& node, int depth) {
  if (depth > xml_depth_max) {
    too_deep_ = true;
    return;
  }
  const std::string_view name = local_name(node.name());
  if (is_skipped(name)) return;
  if (name == "t") {
    sink_.append(node.text().get());
  } else if (name == "v") {  // a category or series name in a chart's cache
    sink_.append(node.text().get());
    sink_.line_break();
  } else if (name == "p") {
    paragraph(node, depth);
  } else if (name == "tab" || name == "ptab") {
    sink_.append("\t");
  } else if (name == "br" || name == "cr") {
    if (attribute(node, "type") == "page") {
      sink_.page_break();
    } else {
      sink_.append("\n");
    }
  } else if (name == "lastRenderedPageBreak") {
    sink_.page_break();
  } else if (name == "noBreakHyphen") {
    sink_.append("-");
  } else if (name == "instrText") {
    take_instruction(node.text().get());
  } else if (name == "fldSimple") {
    take_instruction(attribute(node, "instr"));
    walk_children(node, depth);
  } else if (name == "docPr" || name == "imagedata") {
    description(node);
  } else if (name == "AlternateContent") {
    alternatives(node, depth);
  } else {
    walk_children(node, depth);
    if (name == "tc") sink_.line_break();
  }
}

void WordText::paragraph(const pugi::xml_node& node, int depth) {
  if (const pugi::xml_node properties = child(node, "pPr"); node.first_child()) {
    const std::string label = numbering_.next_label(properties);
    if (!label.empty()) sink_.append(label + " ");
  }
  walk_children(node, depth);
  sink_.paragraph_end();
}

void WordText::alternatives(const pugi::xml_node& node, int depth) {
  pugi::xml_node chosen = child(node, "Choice");
  if (!chosen) chosen = child(node, "Fallback");
  walk_children(chosen, depth);
}

void WordText::description(const pugi::xml_node& node) {
  for (std::string_view key : {"title", "descr"}) {
    const std::string_view text = without_folders(attribute(node, key));
    if (text.empty()) continue;
    sink_.space();
    sink_.append(text);
    sink_.space();
  }
}

void WordText::take_instruction(std::string_view instruction) {
  constexpr std::size_t targets_max = 1000;
  const std::size_t begin = instruction.find('"');
  if (begin == std::string_view::npos || field_targets_.size() >= targets_max) return;
  const std::string_view rest = instruction.substr(begin + 1);
  const std::string_view target = rest.substr(0, rest.find('"'));
  if (target.find("://") != std::string_view::npos) field_targets_.emplace_back(target);
}

}  // namespace dms::search::extract
