#pragma once

// What a user typed, as a tree of our own. The syntax, made so that every text is a query:
//
//   Kanal Sanierung        words, found in all their forms; in every field
//   "offene Ganztagsschule"   exactly these words in this order (upper double quotes only: pasted
//                          typographic ones are mere punctuation)
//   Kanal*                 words that begin so (two characters at least; eight of them at most)
//   betreff:Kanal          in one field, also betreff:"…"; German and English names, see query.cpp
//   absender:Haller        who sent it, empfaenger:Haller who got it; korrespondent: either
//   art:Rechnung status:Entwurf von:2024 bis:30.6.2025   filters; also type: from: to:. The days
//                          are of the document; a month or a year is meant from its first day, to
//                          its last. What is no such value or day is looked for as words, but
//                          from:Haller and to:Haller are sender and recipient
//   -art:Rechnung -von:2024   what passes the filter is left out: of days, what is not before 2024
//   art: Rechnung          white space behind the colon changes nothing
//   621.41-2026/014        what is written together and holds a digit or @ is looked for together
//   +Wort   -Wort          must be in it, must not; also UND/AND between, NICHT/NOT before
//   Müller ODER Maier      either (also OR); binds closest
//
// Account numbers (IBAN) are one word, however they are divided. Operator words are written in
// capitals. Whatever fits no rule is a word or punctuation. Of what is longer than the limits below
// (a pasted paragraph) the beginning is meant.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/document.h"

namespace dms::search {

inline constexpr std::size_t query_code_points_max = 1000;
inline constexpr std::size_t query_words_max = 64;
// A beginning stands for hundreds of words: further ones are words as they were typed.
inline constexpr std::size_t query_beginnings_max = 8;

struct QueryWord {
  std::string exact;
  std::string stem;                // empty where the word has a digit
  std::vector<std::string> parts;  // of a compound: the stems of its parts; else empty
  bool section = false;            // a number after "§"
  friend bool operator==(const QueryWord&, const QueryWord&) = default;
};

struct QueryItem {
  enum class Kind : std::uint8_t { word, phrase, prefix };
  Kind kind = Kind::word;
  std::optional<Field> field;    // nullopt: all
  std::vector<QueryWord> words;  // one, but for phrases
  friend bool operator==(const QueryItem&, const QueryItem&) = default;
};

struct QueryClause {
  enum class Occurrence : std::uint8_t { normal, required, excluded };
  Occurrence occurrence = Occurrence::normal;
  std::vector<QueryItem> alternatives;  // at least one; any of them will do
  friend bool operator==(const QueryClause&, const QueryClause&) = default;
};

struct QueryFilter {
  Filter filter = Filter::type;
  std::string value;
  bool excluded = false;
  friend bool operator==(const QueryFilter&, const QueryFilter&) = default;
};

struct Query {
  std::vector<QueryClause> clauses;
  std::vector<QueryFilter> filters;  // those of one kind are alternatives
  // With what excluded days leave: "-von:2024" ends on the last day of 2023.
  std::optional<Date> from;
  std::optional<Date> to;  // inclusive
  bool shortened = false;  // the rest, beyond the limits above, was left out
  bool blank = false;      // nothing but white space and filters was typed; without clauses but not
                           // blank, nothing can be found ("!?")
};

// Total: of ill-formed UTF-8 each sequence divides words, as a blank does. `words` tells the values
// of filters; without any, those filters are passed over. Thread-safe.
Query parse_query(std::string_view text, std::span<const FilterWord> words = {});

}  // namespace dms::search
