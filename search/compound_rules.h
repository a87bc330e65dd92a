#pragma once

// How a German compound is taken apart: dynamic programming over a list of words, each with a price
// as the last part and as one before; the cheapest division wins, a whole that is known wins over a
// dear one. Works on exact forms (fold_german). Private to search; shared with the program that
// makes the list.

#include <cstdint>
#include <string_view>
#include <vector>

namespace dms::search {

// Prices, in tenths of an ordinary part; 0: cannot stand there.
struct CompoundWord {
  std::uint8_t last = 0;    // the end of a compound, in whatever form: "vertraege"
  std::uint8_t before = 0;  // a part before the end, with its linking element: "gebuehren"
  std::uint8_t marks = 0;   // of the following
  static constexpr std::uint8_t whole = 1;      // never taken apart, if it stands alone
  static constexpr std::uint8_t verb_stem = 2;  // of a verb, and may be a noun, too ("lauf")
  static constexpr std::uint8_t barred = 4;     // neither part, nor after a prefix ("ueber")
  friend bool operator==(const CompoundWord&, const CompoundWord&) = default;
};

// A list of words by their exact forms.
class CompoundWords {
 public:
  virtual ~CompoundWords() = default;
  // All zeros where it is not known. Thread-safe where nothing is added meanwhile.
  virtual CompoundWord find(std::string_view exact) const = 0;
};

// Longer words stay whole.
inline constexpr std::size_t compound_bytes_max = 60;

// Where the parts of `exact` end, in bytes, but for the last, ascending; empty: it is one word. A
// linking element belongs to the part before it. Only small ASCII letters are looked at; a word
// with any other byte is whole. `known_whole` false: as if the word itself were not known.
std::vector<std::uint8_t> split_compound(const CompoundWords& words, std::string_view exact,
                                         bool known_whole = true);

}  // namespace dms::search
