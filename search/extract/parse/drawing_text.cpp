#include "search/extract/parse/drawing_text.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "search/extract/parse/list_numbers.h"

namespace dms::search::extract {
namespace {

int number_or(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_placeholder(const pugi::xml_node& shape) {
  for (const pugi::xml_node& each : shape.children()) {
    if (!local_name(each.name()).starts_with("nv")) continue;
    if (child(child(each, "nvPr"), "ph")) return true;
  }
  return false;
}

// ST_TextAutonumberScheme: "arabicPeriod", "alphaLcParenBoth", "romanUcParenR".
std::string label_of(std::string_view scheme, int value) {
  const std::string_view format = scheme.starts_with("alphaLc")   ? "lowerLetter"
                                  : scheme.starts_with("alphaUc") ? "upperLetter"
                                  : scheme.starts_with("romanLc") ? "lowerRoman"
                                  : scheme.starts_with("romanUc") ? "upperRoman"
                                                                  : "decimal";
  const std::string number = format_number(value, format);
  if (scheme.ends_with("ParenBoth")) return "(" + number + ")";
  if (scheme.ends_with("ParenR")) return number + ")";
  return scheme.ends_with("Period") ? number + "." : number;
}

}  // namespace

void DrawingText::walk_children(const pugi::xml_node& node, int depth) {
  for (const pugi::xml_node& each : node.children()) {
    if (sink_.full()) return;
    if (each.type() == pugi::node_element) walk(each, depth + 1);
  }
}

void DrawingText::walk(const pugi::xml_node& node, int depth) {
  if (depth > xml_depth_max) {
    too_deep_ = true;
    return;
  }
  const std::string_view name = local_name(node.name());
  if (name == "pPr" || name == "rPr" || name == "spPr" || name == "numCache" || name == "numRef" ||
      name == "Fallback" || name == "extLst") {
    return;
  }
  if (name == "sp" && placeholders_ == Placeholders::left_out && is_placeholder(node)) return;
  if (name == "t") {
    sink_.append(node.text().get());
  } else if (name == "v" || name == "text") {  // a name in a chart's cache; a comment
    sink_.append(node.text().get());
    sink_.line_break();
  } else if (name == "p") {
    paragraph(node, depth);
  } else if (name == "br") {
    sink_.append("\n");
  } else if (name == "cNvPr") {
    for (const std::string_view key : {"title", "descr"}) {
      if (attribute(node, key).empty()) continue;
      sink_.line_break();
      sink_.append(attribute(node, key));
      sink_.line_break();
    }
  } else {
    if (name == "txBody") counters_ = {};
    walk_children(node, depth);
    if (name == "tc") sink_.line_break();
  }
}

void DrawingText::paragraph(const pugi::xml_node& node, int depth) {
  const std::string label = next_label(child(node, "pPr"));
  if (!label.empty() && child(node, "r")) sink_.append(label + " ");
  walk_children(node, depth);
  sink_.line_break();
}

std::string DrawingText::next_label(const pugi::xml_node& properties) {
  const int given = number_or(attribute(properties, "lvl"), 0);
  const auto level =
      static_cast<std::size_t>(std::clamp(given, 0, static_cast<int>(counters_.size()) - 1));
  for (std::size_t i = level + 1; i < counters_.size(); ++i) counters_[i] = {};
  const pugi::xml_node numbering = child(properties, "buAutoNum");
  Counter& counter = counters_[level];
  const std::string_view type = attribute(numbering, "type");
  if (!numbering || counter.type != type) counter = {std::string(type), 0};
  if (!numbering) return {};
  constexpr int number_max = 1'000'000;
  const int first = std::clamp(number_or(attribute(numbering, "startAt"), 1), 1, number_max);
  counter.value = counter.value == 0 ? first : std::min(counter.value + 1, number_max);
  return label_of(type, counter.value);
}

}  // namespace dms::search::extract
