#pragma once

// The numbers that Word shows before list items and headings but does not store: computed from
// numbering.xml and styles.xml (ECMA-376 part 1, 17.9).

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "search/extract/parse/list_numbers.h"
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
  struct Place {  // which list and level a paragraph or style stands in
    std::string list;
    std::optional<std::size_t> level;
  };
  struct Style {
    Place place;
    std::string based_on;
  };

  static void read_level(const pugi::xml_node& node, ListLevels& levels);
  static Place place_in(const pugi::xml_node& paragraph_properties);
  void read_numbering(const pugi::xml_node& root);
  void read_styles(const pugi::xml_node& root);
  Place place_of_style(std::string_view style) const;

  ListNumbers numbers_;
  std::map<std::string, Style, std::less<>> styles_;
  std::string default_style_;
};

}  // namespace dms::search::extract
