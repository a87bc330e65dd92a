#pragma once

// Under which terms the words of a query stand in an index. Private to search.

#include <string>
#include <string_view>
#include <vector>

#include "search/fields.h"
#include "search/language.h"
#include "search/query.h"

namespace dms::search {

using Terms = std::vector<std::string>;
using Prefixes = std::vector<std::string_view>;

// A word as it was typed.
inline std::string exact_term(std::string_view prefix, const QueryWord& word) {
  return std::string(prefix) + (word.section ? section_term(word.exact) : word.exact);
}

inline bool has_stem(const QueryWord& word) {
  return !word.stem.empty() && !word.section;
}

// Its stem, where it has one.
inline std::string word_term(std::string_view prefix, const QueryWord& word) {
  if (!has_stem(word)) return exact_term(prefix, word);
  return std::string(fields::stem_mark) + std::string(prefix) + word.stem;
}

// A stem under each mark in each field.
inline Terms stem_terms(const std::vector<std::string_view>& marks, const Prefixes& prefixes,
                        const std::string& stem) {
  Terms terms;
  for (const std::string_view mark : marks) {
    for (const std::string_view prefix : prefixes) {
      terms.push_back(std::string(mark).append(prefix).append(stem));
    }
  }
  return terms;
}

// Where a word without a field is looked for: in the body, and in all else together.
inline Prefixes all_prefixes() {
  return {fields::prefix(Field::body), fields::any_but_body};
}
inline Prefixes prefixes_of(const QueryItem& item) {
  return item.field ? Prefixes{fields::prefix(*item.field)} : all_prefixes();
}

}  // namespace dms::search
