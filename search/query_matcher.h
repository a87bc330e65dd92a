#pragma once

// Where a text says what a query asks for, as the index would find it. Private to search.

#include <bitset>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/language.h"
#include "search/query.h"

namespace dms::search {

// A part of a text, in bytes.
struct TextSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct QueryMatch {
  TextSpan matched;  // of a compound the part that was meant
  TextSpan words;    // whole words
  const QueryItem* item = nullptr;
  std::size_t item_number = 0;  // which part of the query
};

// Finds the places in a text that the words of a query match. Items about other fields than the
// body and excluded ones match nothing here. Of a text longer than 2 MiB only the beginning is
// looked through. For one thread at a time.
class QueryMatcher {
 public:
  explicit QueryMatcher(const Query& query);

  std::size_t item_count() const { return items_.size(); }
  // By their numbers.
  const std::vector<QueryItem>& items() const { return items_; }

  // Calls `found` in the order of the matches' ends (of account numbers, of their first groups'),
  // until it returns false.
  void scan(std::string_view text, const std::function<bool(const QueryMatch&)>& found);

 private:
  bool match_token(std::string_view text, const Token& token,
                   const std::function<bool(const QueryMatch&)>& found);
  std::optional<TextSpan> match_part(std::string_view text, const QueryItem& item,
                                     const Token& token);
  void add(const QueryItem& item);
  // Where a match of `item` begins that ends with `token`, or npos.
  std::size_t match_begin(const QueryItem& item, const Token& token, const std::string& stem) const;
  std::size_t phrase_begin(const std::vector<QueryWord>& words) const;

  std::vector<QueryItem> items_;
  std::bitset<256> first_bytes_;
  std::size_t longest_phrase_ = 0;
  std::deque<Token> recent_;
  Analyzer analyzer_;
};

}  // namespace dms::search
