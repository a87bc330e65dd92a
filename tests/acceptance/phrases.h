#pragma once

// Phrase queries in the query language of search/query.h.

#include <string>
#include <string_view>

namespace dms::acceptance {

// `text` as a quoted phrase. Between quotes only the quote itself is special.
std::string phrase_query(std::string_view text);

// Some words from the middle of `text`, whole and as they stand there but for control characters,
// line ends included; "" where it has none.
std::string own_words(std::string_view text);

// Why `phrase`, which is in `text` (both one-spaced), might not be found as words; "" where that
// is a riddle.
std::string cause_of_missed_phrase(std::string_view text, std::string_view phrase);

}  // namespace dms::acceptance
