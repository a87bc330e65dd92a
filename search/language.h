#pragma once

// German analysis: what counts as a word, and under which forms it is found. Used alike for
// documents, queries and snippets; a change of any of it is a change of analysis_version, upon
// which every index is rebuilt.
//
//   words      ICU's word segmentation (UAX #29), then cut at colons, apostrophes, low lines and @,
//              at full stops and commas unless digits stand on both sides: "621.41" and
//              "18.10.2013" are words, "z.B" and "max.muster@stadt.example" are several, next to
//              each other
//   exact      fold_german: case, ä = ae, ß = ss, other diacritics removed
//   stem       Snowball's german2 of the exact form (it takes ae for ä); words with a digit have
//              none
//   parts      of a compound (compounds.h): each part and each row of neighbouring ones, as stems;
//              so "Kaufvertrag" is in "Grundstückskaufvertrag", and "Abfallgebühr" in
//              "Abfallgebührensatzung"
//   "§ 36"     the number is found as 36 and as §36
//   IBAN       written in groups it is found as one word, too
//   line ends  "Bebau-\nung" is one word, "Haupt-\nund" are two

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"

namespace dms::search {

// Kept in each index. Raise it with every change of words, exact forms or stems, or of what else
// stands in an index.
inline constexpr std::uint32_t analysis_version = 5;

// What decides the terms of a text, as each index keeps it: analysis_version and the version of the
// compound dictionary. `unavailable` where there is no dictionary.
Result<std::string> analysis_identity();

// Longer exact forms are cut here, in documents and queries alike, on a code point.
inline constexpr std::size_t word_bytes_max = 64;

struct Token {
  std::size_t begin = 0;  // bytes of the text, [begin, end)
  std::size_t end = 0;
  std::string exact;       // never empty, at most word_bytes_max bytes
  bool has_digit = false;  // then it has no stem of its own
  bool section = false;    // a number after "§" or "§§"
  // Of the first group of an account number that is written in groups: the whole, as one word, and
  // where it ends. Else empty.
  std::string iban = {};
  std::size_t iban_end = 0;
};

// A row of neighbouring parts of a compound, but not all of them.
struct CompoundPart {
  std::size_t begin = 0;  // bytes of the exact form, [begin, end)
  std::size_t end = 0;
  std::string stem;
};

// Cuts one text at a time into tokens. Not thread-safe; cheap enough to make for each search.
class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  // Begins with `text` (UTF-8, borrowed until the last next(); ill-formed parts hold no words; what
  // follows the first 2 GiB is not read).
  void start(std::string_view text);
  // The next token into `token`; false at the end.
  bool next(Token& token);

  // The stem of an exact form.
  std::string stem(const std::string& exact) const;

  // The parts of an exact form, single ones first; none where it is no compound.
  std::vector<CompoundPart> parts(const std::string& exact) const;
  // As they count for a query of the whole: the stems of the single parts.
  std::vector<std::string> single_parts(const std::string& exact) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The term of a number after a section sign: "§36".
std::string section_term(std::string_view exact);

// Where in `source`, the text of one token, its exact form's byte `offset` comes from; nullopt
// where that cannot be told.
std::optional<std::size_t> source_offset(std::string_view source, std::string_view exact,
                                         std::size_t offset);

}  // namespace dms::search
