#pragma once

// Account numbers (IBAN, ISO 13616) as they stand in texts: written together or in groups. Private
// to search. Pure; total for any bytes.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dms::search {

struct Iban {
  std::string joined;   // in small letters, without white space
  std::size_t end = 0;  // bytes of the text, exclusive
};

// The number that begins at `begin`: of a country that is known, of that country's length, with
// check digits that are right; its groups are divided by one sign of white space each. So nothing
// else is taken for one.
std::optional<Iban> iban_at(std::string_view text, std::size_t begin);

// Whether a word's exact form (language.h) may be the beginning of one: for what is dear otherwise.
bool may_begin_iban(std::string_view exact);

}  // namespace dms::search
