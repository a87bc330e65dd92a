#include "search/extract/parse/ole/word_lists.h"

#include <algorithm>
#include <map>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/ole/little_endian.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t lists_max = 10'000;
constexpr std::size_t styles_max = 5'000;
constexpr std::uint16_t no_style = 0x0fff;
constexpr std::uint16_t sprm_level = 0x260a;  // sprmPIlvl
constexpr std::uint16_t sprm_list = 0x460b;   // sprmPIlfo
constexpr std::uint16_t sprm_table = 0xd608;  // sprmTDefTable: a length of two bytes
constexpr std::uint16_t last_list = 0x07fe;   // above: no list of the document's

// How long a property's operand is ([MS-DOC] 2.6.1).
std::size_t operand_bytes(std::uint16_t sprm, std::string_view operand) {
  switch (sprm >> 13U) {
    case 0:
    case 1:
      return 1;
    case 2:
    case 4:
    case 5:
      return 2;
    case 3:
      return 4;
    case 7:
      return 3;
    default:
      return sprm == sprm_table ? std::size_t{u16_at(operand, 0)} + 1
                                : std::size_t{byte_at(operand, 0)} + 1;
  }
}

// MSONFC, as far as WordprocessingML has a name that format_number() knows.
std::string_view format_of(std::uint8_t number, bool german) {
  switch (number) {
    case 1:
      return "upperRoman";
    case 2:
      return "lowerRoman";
    case 3:
      return "upperLetter";
    case 4:
      return "lowerLetter";
    case 5:
      return german ? "ordinal" : "ordinalEnglish";
    case 22:
      return "decimalZero";
    case 23:
      return "bullet";
    case 255:
      return "none";
    default:
      return "decimal";
  }
}

}  // namespace

WordLists::WordLists(const WordListParts& parts)
    : document_(parts.document), paragraph_pages_(parts.paragraph_pages), german_(parts.german) {
  read_styles(parts.styles);
  read_lists(parts.lists, parts.overrides);
}

void WordLists::read_properties(std::string_view properties, Place& place) {
  while (properties.size() > 2) {
    const std::uint16_t sprm = u16_at(properties, 0);
    properties.remove_prefix(2);
    if (sprm == sprm_level) place.level = byte_at(properties, 0);
    if (sprm == sprm_list) place.list = u16_at(properties, 0);
    properties.remove_prefix(std::min(properties.size(), operand_bytes(sprm, properties)));
  }
}

// [MS-DOC] 2.4.6.5: each style after its length, as text of variable size.
void WordLists::read_styles(std::string_view sheet) {
  const std::size_t base_bytes = u16_at(sheet, 4);
  const std::size_t count = std::min<std::size_t>(u16_at(sheet, 2), styles_max);
  std::string_view rest = piece(sheet, std::size_t{u16_at(sheet, 0)} + 2);
  for (std::size_t i = 0; i < count && rest.size() >= 2; ++i) {
    const std::size_t bytes = u16_at(rest, 0);
    const std::string_view style = piece(rest, 2, bytes);
    rest = piece(rest, 2 + bytes);
    Style& read = styles_.emplace_back();
    read.base = no_style;
    const bool paragraph = (u16_at(style, 2) & 0xfU) == 1;
    if (!paragraph) continue;
    read.base = static_cast<std::uint16_t>(u16_at(style, 2) >> 4U);
    const std::size_t name_bytes = (std::size_t{u16_at(style, base_bytes)} + 2) * 2;
    const std::string_view properties = piece(style, base_bytes + name_bytes);
    // First the style's own number again, then what it sets.
    read_properties(piece(properties, 4, std::max<std::size_t>(u16_at(properties, 0), 2) - 2),
                    read.place);
  }
}

// One LVL; the bytes it takes, 0 where there is none.
std::size_t WordLists::read_level(std::string_view bytes, ListLevel& level) const {
  constexpr std::size_t fixed_bytes = 28;
  if (bytes.size() < fixed_bytes) return 0;
  level.start =
      static_cast<int>(std::min<std::uint32_t>(u32_at(bytes, 0), ListNumbers::number_max));
  level.format = format_of(byte_at(bytes, 4), german_);
  level.legal = (byte_at(bytes, 5) & 4U) != 0;
  const bool own_restart = (byte_at(bytes, 5) & 8U) != 0;
  level.restart_limit = own_restart ? byte_at(bytes, 26) : ListNumbers::level_count;
  const std::size_t text_at = fixed_bytes + byte_at(bytes, 24) + byte_at(bytes, 25);
  const std::size_t text_bytes = std::size_t{u16_at(bytes, text_at)} * 2;
  const std::string_view text = piece(bytes, text_at + 2, text_bytes);
  level.text.clear();
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::uint16_t unit = u16_at(text, i);
    if (unit < ListNumbers::level_count) {
      level.text += '%';
      level.text += static_cast<char>('1' + unit);
    } else if (unit < 0xd800U || unit >= 0xe000U) {
      append_utf8(unit, level.text);
    }
  }
  return text_at + 2 + text_bytes;
}

void WordLists::read_lists(std::string_view lists, std::string_view overrides) {
  constexpr std::size_t list_bytes = 28;
  constexpr std::size_t override_bytes = 16;
  std::map<std::uint32_t, ListLevels> by_id;
  const std::size_t count = std::min<std::size_t>(u16_at(lists, 0), lists_max);
  std::string_view levels = piece(lists, 2 + count * list_bytes);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view list = piece(lists, 2 + i * list_bytes, list_bytes);
    ListLevels& of_list = by_id[u32_at(list, 0)];
    const bool simple = (byte_at(list, 26) & 1U) != 0;
    for (std::size_t level = 0; level < (simple ? 1 : ListNumbers::level_count); ++level) {
      levels = piece(levels, read_level(levels, of_list[level]));
    }
  }
  const std::size_t used = std::min<std::size_t>(u32_at(overrides, 0), lists_max);
  std::string_view changes = piece(overrides, 4 + used * override_bytes);
  for (std::size_t i = 0; i < used; ++i) {
    const std::string_view entry = piece(overrides, 4 + i * override_bytes, override_bytes);
    NumberedList list;
    list.abstract_id = std::to_string(u32_at(entry, 0));
    if (const auto found = by_id.find(u32_at(entry, 0)); found != by_id.end()) {
      list.levels = found->second;
    }
    changes = piece(changes, 4);
    for (std::size_t n = byte_at(entry, 12); n > 0 && !changes.empty(); --n) {
      const std::uint32_t flags = u32_at(changes, 4);
      const std::size_t level = flags & 0xfU;
      const auto start =
          static_cast<int>(std::min<std::uint32_t>(u32_at(changes, 0), ListNumbers::number_max));
      changes = piece(changes, 8);
      ListLevel changed;
      if ((flags & 0x20U) != 0) changes = piece(changes, read_level(changes, changed));
      if (level >= ListNumbers::level_count) continue;
      if ((flags & 0x10U) != 0) list.start_overrides[level] = start;
      if ((flags & 0x20U) != 0) list.levels[level] = changed;
      if ((flags & 0x30U) == 0x30U) list.start_overrides[level] = changed.start;
    }
    numbers_.add(std::to_string(i + 1), std::move(list));
  }
}

// The paragraph's properties: style, then what it sets ([MS-DOC] 2.9.175, 2.9.181).
std::string_view WordLists::paragraph_at(std::uint32_t offset) const {
  constexpr std::size_t page_bytes = 512;
  const std::size_t pages = paragraph_pages_.size() < 8 ? 0 : (paragraph_pages_.size() - 4) / 8;
  std::size_t first = 0;
  std::size_t last = pages;
  while (first + 1 < last) {
    const std::size_t middle = (first + last) / 2;
    (u32_at(paragraph_pages_, middle * 4) <= offset ? first : last) = middle;
  }
  if (pages == 0) return {};
  const std::uint32_t number = u32_at(paragraph_pages_, (pages + 1) * 4 + first * 4) & 0x3fffffU;
  const std::string_view page = piece(document_, number * page_bytes, page_bytes);
  const std::size_t runs = byte_at(page, page_bytes - 1);
  for (std::size_t i = 0; i < runs; ++i) {
    if (offset < u32_at(page, i * 4) || offset >= u32_at(page, (i + 1) * 4)) continue;
    const std::size_t at = std::size_t{byte_at(page, (runs + 1) * 4 + i * 13)} * 2;
    if (at == 0) return {};
    const std::size_t words = byte_at(page, at);
    return words != 0 ? piece(page, at + 1, words * 2 - 1)
                      : piece(page, at + 2, std::size_t{byte_at(page, at + 1)} * 2);
  }
  return {};
}

WordLists::Place WordLists::place_of_style(std::uint16_t number) const {
  constexpr int inheritance_max = 20;
  Place place;
  for (int i = 0; i < inheritance_max && number < styles_.size(); ++i) {
    const Style& style = styles_[number];
    if (!place.list) place.list = style.place.list;
    if (!place.level) place.level = style.place.level;
    number = style.base;
  }
  return place;
}

std::string WordLists::next_label(std::uint32_t mark_offset) {
  const std::string_view properties = paragraph_at(mark_offset);
  if (properties.size() < 2) return {};
  Place place;
  read_properties(properties.substr(2), place);
  const Place inherited = place_of_style(u16_at(properties, 0));
  if (!place.list) place.list = inherited.list;
  if (!place.level) place.level = inherited.level;
  const std::uint16_t list = place.list.value_or(0);
  if (list == 0 || list > last_list) return {};
  return numbers_.next_label(std::to_string(list), place.level.value_or(0));
}

}  // namespace dms::search::extract
