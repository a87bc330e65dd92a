#include "search/extract/parse/word_numbering.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace dms::search::extract {
namespace {

constexpr int number_max = 32767;

std::optional<int> to_number(std::string_view text) {
  int value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::clamp(value, 0, number_max);
}

std::string_view value_of(const pugi::xml_node& parent, std::string_view name) {
  return attribute(child(parent, name), "val");
}

std::string roman(int value) {
  struct Digit {
    int value;
    std::string_view letters;
  };
  constexpr std::array<Digit, 13> digits{{{1000, "m"},
                                          {900, "cm"},
                                          {500, "d"},
                                          {400, "cd"},
                                          {100, "c"},
                                          {90, "xc"},
                                          {50, "l"},
                                          {40, "xl"},
                                          {10, "x"},
                                          {9, "ix"},
                                          {5, "v"},
                                          {4, "iv"},
                                          {1, "i"}}};
  std::string result;
  for (const Digit& digit : digits) {
    for (; value >= digit.value; value -= digit.value) result += digit.letters;
  }
  return result;
}

// a … z, aa … zz, aaa …, as Word counts.
std::string letters(int value) {
  if (value < 1) return {};
  const auto index = static_cast<std::size_t>(value - 1);
  return std::string(index / 26 + 1, static_cast<char>('a' + static_cast<char>(index % 26)));
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

bool is_on(const pugi::xml_node& flag) {
  if (!flag) return false;
  const std::string_view value = attribute(flag, "val");
  return value != "0" && value != "false" && value != "off";
}

}  // namespace

std::string format_number(int value, std::string_view format) {
  constexpr int roman_max = 3999;
  constexpr int letters_max = 780;
  if (format == "none") return {};
  if ((format == "lowerRoman" || format == "upperRoman") && value >= 1 && value <= roman_max) {
    return format == "lowerRoman" ? roman(value) : upper(roman(value));
  }
  if ((format == "lowerLetter" || format == "upperLetter") && value >= 1 && value <= letters_max) {
    return format == "lowerLetter" ? letters(value) : upper(letters(value));
  }
  std::string decimal = std::to_string(value);
  if (format == "decimalZero" && value < 10) return "0" + decimal;
  if (format == "ordinal") return decimal + ".";
  return decimal;
}

WordNumbering::WordNumbering(const pugi::xml_node& numbering, const pugi::xml_node& styles) {
  read_styles(styles);
  read_numbering(numbering);
}

void WordNumbering::read_level(const pugi::xml_node& node, Levels& levels) {
  const auto index = to_number(attribute(node, "ilvl"));
  if (!index || static_cast<std::size_t>(*index) >= level_count) return;
  Level& level = levels[static_cast<std::size_t>(*index)];
  level.start = to_number(value_of(node, "start")).value_or(0);
  level.format = value_of(node, "numFmt");
  // A format of the document's own, such as "001, 002": shown as decimals.
  if (level.format.empty()) level.format = "decimal";
  level.text = value_of(node, "lvlText");
  level.legal = is_on(child(node, "isLgl"));
}

void WordNumbering::read_numbering(const pugi::xml_node& root) {
  for (const pugi::xml_node& node : root.children()) {
    if (local_name(node.name()) != "abstractNum") continue;
    const std::string id(attribute(node, "abstractNumId"));
    Levels& levels = abstract_lists_[id];
    for (const pugi::xml_node& level : node.children()) {
      if (local_name(level.name()) == "lvl") read_level(level, levels);
    }
    if (std::string_view style = value_of(node, "numStyleLink"); !style.empty()) {
      list_styles_[id] = style;
    }
  }
  for (const pugi::xml_node& node : root.children()) {
    if (local_name(node.name()) != "num") continue;
    List& list = lists_[std::string(attribute(node, "numId"))];
    list.abstract_id = value_of(node, "abstractNumId");
    if (auto found = abstract_lists_.find(list.abstract_id); found != abstract_lists_.end()) {
      list.levels = found->second;
    }
    for (const pugi::xml_node& change : node.children()) {
      if (local_name(change.name()) != "lvlOverride") continue;
      if (const pugi::xml_node level = child(change, "lvl")) read_level(level, list.levels);
      const auto index = to_number(attribute(change, "ilvl"));
      const auto start = to_number(value_of(change, "startOverride"));
      if (index && start && static_cast<std::size_t>(*index) < level_count) {
        list.start_overrides[static_cast<std::size_t>(*index)] = *start;
      }
    }
  }
  // A list that only points to a list style takes the levels of the list which that style names.
  for (auto& [id, list] : lists_) {
    const auto link = list_styles_.find(list.abstract_id);
    if (link == list_styles_.end()) continue;
    const auto real = lists_.find(place_of_style(link->second).list);
    if (real == lists_.end() || real->first == id) continue;
    list.levels = real->second.levels;
    list.abstract_id = real->second.abstract_id;
  }
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
  auto found = lists_.find(place.list);
  const std::size_t level = place.level.value_or(0);
  if (found == lists_.end() || level >= level_count) return {};
  List& list = found->second;
  Counters& counters = counters_[list.abstract_id];
  if (!list.used) {
    for (std::size_t i = 0; i < level_count; ++i) {
      if (list.start_overrides[i]) counters[i].reset();
    }
    list.used = true;
  }
  for (std::size_t i = 0; i <= level; ++i) {
    const int first = list.start_overrides[i].value_or(list.levels[i].start);
    if (i < level) {
      // A deeper item without one above it counts as standing in the first.
      counters[i] = counters[i].value_or(first);
    } else {
      counters[i] = counters[i] ? std::min(*counters[i] + 1, number_max) : first;
    }
  }
  for (std::size_t i = level + 1; i < level_count; ++i) counters[i].reset();
  return label(list.levels, level, counters);
}

// "%1.%2" → "3.1".
std::string WordNumbering::label(const Levels& levels, std::size_t level,
                                 const Counters& counters) {
  constexpr std::size_t label_bytes_max = 200;
  const Level& own = levels[level];
  if (own.format == "bullet" || own.format == "none") return {};
  std::string result;
  for (std::size_t i = 0; i < own.text.size() && result.size() < label_bytes_max; ++i) {
    const bool place = own.text[i] == '%' && i + 1 < own.text.size() && own.text[i + 1] >= '1' &&
                       own.text[i + 1] <= '9';
    if (!place) {
      result += own.text[i];
      continue;
    }
    const auto index = static_cast<std::size_t>(own.text[++i] - '1');
    const std::string_view format = own.legal ? "decimal" : std::string_view(levels[index].format);
    result += format_number(counters[index].value_or(levels[index].start), format);
  }
  return result;
}

}  // namespace dms::search::extract
