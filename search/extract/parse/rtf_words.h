#pragma once

// The control words of RTF that matter for text. All others change how it looks.

#include <cstdint>
#include <string_view>

namespace dms::search::extract {

enum class RtfAction : std::uint8_t {
  none,
  // What becomes of the group that the word begins:
  skip,         // nothing in it is text
  keep,         // text although marked as optional (\*)
  revive,       // the same, and undoes a skip: \upr has the text twice, \ud as Unicode
  note,         // set aside for the text's end
  fonts,        // the font table
  instruction,  // of a field: may hold an address
  title,        // properties, in the order of Properties
  author,
  subject,
  keywords,
  comments,
  // What stands for itself:
  symbol,  // `text`
  line,
  paragraph,
  cell,
  page,
  // What changes how the following is read, with the word's number:
  hidden,
  plain,
  font,
  font_charset,
  default_font,
  code_page,  // by the number of the word
  charset,    // the word names a code page
  unicode,
  unicode_skip,
  binary
};

struct RtfWord {
  constexpr RtfWord(RtfAction does = RtfAction::none, std::string_view shows = {},
                    std::uint32_t page = 0)
      : action(does), text(shows), code_page(page) {}

  RtfAction action;
  std::string_view text;    // of a symbol
  std::uint32_t code_page;  // of a charset
};

// `none` for a word that is not known.
RtfWord find_rtf_word(std::string_view word);

// The code page of a font's \fcharset; 0 where it is the document's.
std::uint32_t code_page_of_charset(std::int32_t charset);

}  // namespace dms::search::extract
