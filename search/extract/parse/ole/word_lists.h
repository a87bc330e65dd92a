#pragma once

// Which paragraphs of a DOC are items of which list, and what its lists look like
// ([MS-DOC] 2.4.6.3: how Word determines list formatting; 2.9.131 LSTF, 2.9.150 LVL, 2.9.131 LFO).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/parse/list_numbers.h"

namespace dms::search::extract {

// Where the parts lie in the table stream; each may be empty.
struct WordListParts {
  std::string_view document;         // the main stream
  std::string_view styles;           // STSH
  std::string_view paragraph_pages;  // PlcfBtePapx
  std::string_view lists;            // from PlfLst to the stream's end: levels follow it
  std::string_view overrides;        // PlfLfo
  bool german = true;                // "1." where others write "1st"
};

class WordLists {
 public:
  // The parts are borrowed.
  explicit WordLists(const WordListParts& parts);
  // The label of the paragraph whose mark stands at that byte of the main stream; counts on.
  std::string next_label(std::uint32_t mark_offset);

 private:
  struct Place {
    std::optional<std::uint16_t> list;  // one-based; 0: explicitly none
    std::optional<std::uint8_t> level;
  };
  struct Style {
    Place place;
    std::uint16_t base = 0;
  };

  static void read_properties(std::string_view properties, Place& place);
  void read_styles(std::string_view sheet);
  void read_lists(std::string_view lists, std::string_view overrides);
  std::size_t read_level(std::string_view bytes, ListLevel& level) const;
  std::string_view paragraph_at(std::uint32_t offset) const;
  Place place_of_style(std::uint16_t style) const;

  std::string_view document_;
  std::string_view paragraph_pages_;
  bool german_;
  std::vector<Style> styles_;
  ListNumbers numbers_;
};

}  // namespace dms::search::extract
