#pragma once

// What a German letter says of itself: its kind and day, who sent it, his reference, and by when he
// wants something. Read out of the text by rules, each with its place; a proposal for people, who
// may see where it stands. Pure; total for any bytes.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/time.h"

namespace dms {

// Names as those of an inbound item's fields.
enum class LetterFieldName : std::uint8_t {
  type,
  letter_date,
  sender,
  foreign_reference,
  deadline
};
BOOST_DESCRIBE_ENUM(LetterFieldName, type, letter_date, sender, foreign_reference, deadline)

struct LetterField {
  LetterFieldName name = LetterFieldName::type;
  std::string value;       // a DocumentType's name; a day as YYYY-MM-DD; else text
  std::uint32_t page = 1;  // counted from 1
  std::size_t begin = 0;   // bytes into the page's text
  std::size_t end = 0;
  friend bool operator==(const LetterField&, const LetterField&) = default;
};

struct LetterText {
  std::vector<std::string_view> pages;  // what is beyond the first few is not looked at
  Date received_on;                     // a letter is not of a later day, nor its deadline earlier
  std::string_view addressee = {};      // never taken for the sender; may be empty
};

// Each name at most once, in the order of the enumerators.
std::vector<LetterField> read_letter(const LetterText& letter);

}  // namespace dms
