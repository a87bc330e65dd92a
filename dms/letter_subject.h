#pragma once

// What a German letter is about, by its own subject line: behind "Betreff:", or, as DIN 5008 has it
// without that word, in the lines before the salutation. Pure; total for any bytes.

#include <string>
#include <string_view>

namespace dms {

inline constexpr std::size_t letter_subject_bytes_max = 200;

// Of a letter's first page; "" where there is none. One line, in UTF-8 where the page is.
std::string letter_subject(std::string_view first_page);

}  // namespace dms
