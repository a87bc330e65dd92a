#include "search/extract/parse/word_numbering.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace dms::search::extract {
namespace {

std::optional<int> to_number(std::string_view text) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::clamp(value, 0, ListNumbers::number_max);
}

std::string_view value_of(const pugi::xml_node& parent, std::string_view name) {
  return attribute(child(parent, name), "val");
}

bool is_on(const pugi::xml_node& flag) {
  if (!flag) return false;
  const std::string_view value = attribute(flag, "val");
  return value != "0" && value != "false" && value != "off";
}

}  // namespace

WordNumbering::WordNumbering(const pugi::xml_node& numbering, const pugi::xml_node& styles) {
  read_styles(styles);
  read_numbering(numbering);
}

void WordNumbering::read_level(const pugi::xml_node& node, ListLevels& levels) {
  const auto index = to_number(attribute(node, "ilvl"));
  if (!index || static_cast<std::size_t>(*index) >= ListNumbers::level_count) return;
  ListLevel& level = levels[static_cast<std::size_t>(*index)];
  level.start = to_number(value_of(node, "start")).value_or(0);
  level.format = value_of(node, "numFmt");
  // A format of the document's own, such as "001, 002": shown as decimals.
  if (level.format.empty()) level.format = "decimal";
  level.text = value_of(node, "lvlText");
  level.legal = is_on(child(node, "isLgl"));
  if (const auto limit = to_number(value_of(node, "lvlRestart"))) {
    level.restart_limit = static_cast<std::size_t>(*limit);
  }
}

void WordNumbering::read_numbering(const pugi::xml_node& root) {
  std::map<std::string, ListLevels, std::less<>> abstract_lists;
  std::map<std::string, std::string, std::less<>> list_styles;  // abstract id → w:numStyleLink
  std::map<std::string, NumberedList, std::less<>> lists;
  for (const pugi::xml_node& node : root.children()) {
    if (local_name(node.name()) != "abstractNum") continue;
    const std::string id(attribute(node, "abstractNumId"));
    ListLevels& levels = abstract_lists[id];
    for (const pugi::xml_node& level : node.children()) {
      if (local_name(level.name()) == "lvl") read_level(level, levels);
    }
    if (std::string_view style = value_of(node, "numStyleLink"); !style.empty()) {
      list_styles[id] = style;
    }
  }
  for (const pugi::xml_node& node : root.children()) {
    if (local_name(node.name()) != "num") continue;
    NumberedList& list = lists[std::string(attribute(node, "numId"))];
    list.abstract_id = value_of(node, "abstractNumId");
    if (auto found = abstract_lists.find(list.abstract_id); found != abstract_lists.end()) {
      list.levels = found->second;
    }
    for (const pugi::xml_node& change : node.children()) {
      if (local_name(change.name()) != "lvlOverride") continue;
      if (const pugi::xml_node level = child(change, "lvl")) read_level(level, list.levels);
      const auto index = to_number(attribute(change, "ilvl"));
      const auto start = to_number(value_of(change, "startOverride"));
      if (index && start && static_cast<std::size_t>(*index) < ListNumbers::level_count) {
        list.start_overrides[static_cast<std::size_t>(*index)] = *start;
      }
    }
  }
  // A list that only points to a list style takes the levels of the list which that style names.
  for (auto& [id, list] : lists) {
    const auto link = list_styles.find(list.abstract_id);
    if (link == list_styles.end()) continue;
    const auto real = lists.find(place_of_style(link->second).list);
    if (real == lists.end() || real->first == id) continue;
    list.levels = real->second.levels;
    list.abstract_id = real->second.abstract_id;
  }
  for (auto& [id, list] : lists) numbers_.add(id, std::move(list));
}

WordNumbering::Place WordNumbering::place_in(const pugi::xml_node& paragraph_properties) {
  const pugi::xml_node number = child(paragraph_properties, "numPr");
  Place place{std::string(value_of(number, "numId")), std::nullopt};
  if (const auto level = to_number(value_of(number, "ilvl"))) {
    place.level = static_cast<std::size_t>(*level);
  }
  return place;
}

void WordNumbering::read_styles(const pugi::xml_node& root) {
  for (const pugi::xml_node& node : root.children()) {
    if (local_name(node.name()) != "style") continue;
    const std::string id(attribute(node, "styleId"));
    styles_[id] = {place_in(child(node, "pPr")), std::string(value_of(node, "basedOn"))};
    if (attribute(node, "type") == "paragraph" && attribute(node, "default") == "1") {
      default_style_ = id;
    }
  }
}

// The style's own place or that of the nearest it is based on, each value by itself.
WordNumbering::Place WordNumbering::place_of_style(std::string_view name) const {
  constexpr int inheritance_max = 20;
  Place place;
  for (int i = 0; i < inheritance_max; ++i) {
    auto style = styles_.find(name);
    if (style == styles_.end()) break;
    if (place.list.empty()) place.list = style->second.place.list;
    if (!place.level) place.level = style->second.place.level;
    if (!place.list.empty() && place.level) break;
    name = style->second.based_on;
  }
  return place;
}

std::string WordNumbering::next_label(const pugi::xml_node& paragraph_properties) {
  Place place = place_in(paragraph_properties);
  if (place.list.empty()) {
    std::string_view style = value_of(paragraph_properties, "pStyle");
    const Place inherited = place_of_style(style.empty() ? default_style_ : style);
    place.list = inherited.list;
    if (!place.level) place.level = inherited.level;
  }
  return numbers_.next_label(place.list, place.level.value_or(0));
}

}  // namespace dms::search::extract
