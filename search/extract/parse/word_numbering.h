#pragma once

// The numbers that Word shows before list items and headings but does not store: computed from
// numbering.xml and styles.xml (ECMA-376 part 1, 17.9).

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "search/extract/parse/xml.h"

namespace dms::search::extract {

class WordNumbering {
 public:
  // Either root may be empty.
  WordNumbering(const pugi::xml_node& numbering, const pugi::xml_node& styles);

  // The label of the next paragraph with these properties (w:pPr; may be empty), counting on:
  // "2.1", "a)"; empty where it has none or only a bullet.
  std::string next_label(const pugi::xml_node& paragraph_properties);

 private:
  static constexpr std::size_t level_count = 9;

  struct Level {
    int start = 1;
    std::string format = "decimal";
    std::string text;
    bool legal = false;  // all numbers in it as decimals
  };
  using Levels = std::array<Level, level_count>;
  struct List {
    std::string abstract_id;
    Levels levels;
    std::array<std::optional<int>, level_count> start_overrides;
    bool used = false;
  };
  struct Place {  // which list and level a paragraph or style stands in
    std::string list;
    std::optional<std::size_t> level;
  };
  using Counters = std::array<std::optional<int>, level_count>;

  static void read_level(const pugi::xml_node& node, Levels& levels);
  static Place place_in(const pugi::xml_node& paragraph_properties);
  void read_numbering(const pugi::xml_node& root);
  void read_styles(const pugi::xml_node& root);
  Place place_of_style(std::string_view style) const;
  static std::string label(const Levels& levels, std::size_t level, const Counters& counters);

  std::map<std::string, Levels, std::less<>> abstract_lists_;
  std::map<std::string, std::string, std::less<>> list_styles_;  // abstract id → w:numStyleLink
  std::map<std::string, List, std::less<>> lists_;
  struct Style {
    Place place;
    std::string based_on;
  };
  std::map<std::string, Style, std::less<>> styles_;
  std::string default_style_;
  std::map<std::string, Counters, std::less<>> counters_;  // by abstract list
};

// `value` in the given w:numFmt; decimal where the format is not known.
std::string format_number(int value, std::string_view format);

}  // namespace dms::search::extract
