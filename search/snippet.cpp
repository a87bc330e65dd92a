#include <algorithm>
#include <bitset>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/text.h"
#include "search/index.h"
#include "search/language.h"
#include "search/query.h"

namespace dms::search {

namespace {

// The work is bounded: of a longer text only the beginning is looked through, and among very many
// matches only the first.
constexpr std::size_t scanned_bytes_max = std::size_t{2} << 20U;
constexpr std::size_t matches_max = 5000;
constexpr std::size_t length_min = 40;
constexpr std::size_t length_max = 4000;
// How far a cut is moved to fall between words.
constexpr std::size_t cut_slack = 30;

struct Match {
  std::size_t begin;
  std::size_t end;
  std::size_t item;  // which part of the query
};

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Finds the places in a text that the words of a query match. Items about other fields than the
// body and excluded ones match nothing here.
class Matcher {
 public:
  explicit Matcher(const Query& query) {
    for (const QueryClause& clause : query.clauses) {
      if (clause.occurrence == QueryClause::Occurrence::excluded) continue;
      for (const QueryItem& item : clause.alternatives) {
        if (!item.field || *item.field == Field::body) add(item);
      }
    }
  }

  std::size_t item_count() const { return items_.size(); }

  // Calls `found(Match)` in the order of the matches' ends until it returns false.
  template <class Found>
  void scan(std::string_view text, Found&& found) {
    if (items_.empty()) return;
    analyzer_.start(truncate_utf8(text, scanned_bytes_max));
    Token token;
    while (analyzer_.next(token)) {
      if (longest_phrase_ > 0) {
        recent_.push_back(token);
        if (recent_.size() > longest_phrase_) recent_.pop_front();
      }
      if (!match_token(text, token, found)) return;
    }
  }

 private:
  template <class Found>
  bool match_token(std::string_view text, const Token& token, Found&& found) {
    // Stemming leaves the first letter, so most words are passed over by it.
    bool may_match = false;
    std::string stem;
    if (first_bytes_[static_cast<unsigned char>(token.exact.front())]) {
      stem = token.has_digit ? std::string() : analyzer_.stem(token.exact);
      may_match = true;
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (may_match) {
        const std::size_t begin = match_begin(items_[i], token, stem);
        if (begin != std::string::npos) {
          if (!found(Match{begin, token.end, i})) return false;
          continue;
        }
      }
      if (const auto part = match_part(text, items_[i], token)) {
        if (!found(Match{part->begin, part->end, i})) return false;
      }
    }
    return true;
  }

  // What of a word's stems stands inside a compound. Taking words apart is dear, so only those are
  // that hold the stem's letters.
  std::optional<Span> match_part(std::string_view text, const QueryItem& item, const Token& token) {
    if (item.kind != QueryItem::Kind::word || token.has_digit) return std::nullopt;
    const QueryWord& word = item.words.front();
    if (word.stem.empty()) return std::nullopt;
    const auto held = [&](const std::string& stem) { return holds_stem(token.exact, stem); };
    if (!held(word.stem) && std::none_of(word.parts.begin(), word.parts.end(), held)) {
      return std::nullopt;
    }
    const auto sought = [&](const std::string& stem) {
      return stem == word.stem ||
             std::find(word.parts.begin(), word.parts.end(), stem) != word.parts.end();
    };
    // A part of the compound that was asked for may be a word of its own here.
    if (!word.parts.empty() && sought(analyzer_.stem(token.exact))) {
      return Span{token.begin, token.end};
    }
    std::optional<CompoundPart> best;  // the longest
    for (CompoundPart& part : analyzer_.parts(token.exact)) {
      if (sought(part.stem) && (!best || part.end - part.begin > best->end - best->begin)) {
        best = std::move(part);
      }
    }
    if (!best) return std::nullopt;
    const std::string_view source = text.substr(token.begin, token.end - token.begin);
    const auto begin = source_offset(source, token.exact, best->begin);
    const auto end = source_offset(source, token.exact, best->end);
    if (!begin || !end) return Span{token.begin, token.end};
    return Span{token.begin + *begin, token.begin + *end};
  }

  // Whether the letters of a stem stand in a row in an exact form, but for the e of mutated vowels,
  // which stemming takes away ("haus" in "kaufhaeuser").
  static bool holds_stem(std::string_view exact, std::string_view stem) {
    for (std::size_t begin = 0; begin + stem.size() <= exact.size(); ++begin) {
      std::size_t at = begin;
      std::size_t letter = 0;
      while (letter < stem.size() && at < exact.size() && exact[at] == stem[letter]) {
        const bool vowel = stem[letter] == 'a' || stem[letter] == 'o' || stem[letter] == 'u';
        ++letter;
        ++at;
        const bool wants_e = letter < stem.size() && stem[letter] == 'e';
        if (vowel && !wants_e && at < exact.size() && exact[at] == 'e') ++at;
      }
      if (letter == stem.size()) return true;
    }
    return false;
  }

  void add(const QueryItem& item) {
    if (std::find(items_.begin(), items_.end(), item) != items_.end()) return;
    const QueryWord& last = item.words.back();
    first_bytes_.set(static_cast<unsigned char>(last.exact.front()));
    if (item.kind == QueryItem::Kind::phrase) {
      longest_phrase_ = std::max(longest_phrase_, item.words.size());
    }
    items_.push_back(item);
  }

  // Where a match of `item` begins that ends with `token`, or npos.
  std::size_t match_begin(const QueryItem& item, const Token& token,
                          const std::string& stem) const {
    const QueryWord& word = item.words.back();
    bool matches = false;
    switch (item.kind) {
      case QueryItem::Kind::word:
        matches = word.stem.empty() ? same_exact(word, token) : word.stem == stem;
        break;
      case QueryItem::Kind::prefix:
        matches = token.exact.starts_with(word.exact) && (token.section || !word.section);
        break;
      case QueryItem::Kind::phrase:
        return phrase_begin(item.words);
    }
    return matches ? token.begin : std::string::npos;
  }

  static bool same_exact(const QueryWord& word, const Token& token) {
    return word.exact == token.exact && (token.section || !word.section);
  }

  std::size_t phrase_begin(const std::vector<QueryWord>& words) const {
    if (recent_.size() < words.size()) return std::string::npos;
    const auto first = recent_.end() - static_cast<std::ptrdiff_t>(words.size());
    const bool same = std::equal(words.begin(), words.end(), first, same_exact);
    return same ? first->begin : std::string::npos;
  }

  std::vector<QueryItem> items_;
  std::bitset<256> first_bytes_;
  std::size_t longest_phrase_ = 0;
  std::deque<Token> recent_;
  Analyzer analyzer_;
};

// The stretch of at most `length` bytes with the most different parts of the query, then the most
// matches; the first of equals. `matches` in ascending order.
Span best_span(const std::vector<Match>& matches, std::size_t item_count, std::size_t length) {
  std::vector<std::size_t> inside(item_count, 0);
  std::size_t distinct = 0;
  std::size_t first = 0;
  std::pair<std::size_t, std::size_t> best{0, 0};
  Span span;
  for (std::size_t last = 0; last < matches.size(); ++last) {
    if (inside[matches[last].item]++ == 0) ++distinct;
    while (first < last && matches[last].end - matches[first].begin > length) {
      if (--inside[matches[first++].item] == 0) --distinct;
    }
    const std::pair score{distinct, last - first + 1};
    if (score > best) {
      best = score;
      span = {matches[first].begin, matches[last].end};
    }
  }
  return span;
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool inside_code_point(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// The passage around `span`: `length` bytes or a little less, cut between words where they are not
// far, never within a code point or within the span.
Span passage_around(std::string_view text, Span span, std::size_t length) {
  const std::size_t spare = length > span.end - span.begin ? length - (span.end - span.begin) : 0;
  std::size_t begin = span.begin > spare / 3 ? span.begin - spare / 3 : 0;
  std::size_t end = std::min(text.size(), std::max(begin + length, span.end));
  if (end == text.size()) begin = std::min(span.begin, end > length ? end - length : 0);
  if (begin > 0) {
    std::size_t at = begin;
    while (at < span.begin && at < begin + cut_slack && !is_space(text[at])) ++at;
    if (at < span.begin && is_space(text[at])) begin = at + 1;
    while (begin < span.begin && inside_code_point(text, begin)) ++begin;
  }
  if (end < text.size()) {
    std::size_t at = end;
    while (at > span.end && at + cut_slack > end && !is_space(text[at])) --at;
    if (at > span.end && is_space(text[at])) end = at;
    while (end > span.end && inside_code_point(text, end)) --end;
  }
  return {begin, end};
}

// Copies a passage, each run of white space as one space, and moves the marks with it.
Snippet render(std::string_view text, Span passage, const std::vector<Match>& matches) {
  Snippet snippet;
  std::vector<std::size_t> offsets;  // of each byte of the passage, in the snippet
  offsets.reserve(passage.end - passage.begin + 1);
  for (std::size_t i = passage.begin; i < passage.end; ++i) {
    offsets.push_back(snippet.text.size());
    if (!is_space(text[i])) {
      snippet.text.push_back(text[i]);
    } else if (!snippet.text.empty() && snippet.text.back() != ' ') {
      snippet.text.push_back(' ');
    }
  }
  offsets.push_back(snippet.text.size());
  if (!snippet.text.empty() && snippet.text.back() == ' ') snippet.text.pop_back();
  for (const Match& match : matches) {
    if (match.begin < passage.begin || match.end > passage.end) continue;
    const Snippet::Mark mark{offsets[match.begin - passage.begin],
                             offsets[match.end - passage.begin]};
    if (!snippet.marks.empty() && mark.begin < snippet.marks.back().end) {
      snippet.marks.back().end = std::max(snippet.marks.back().end, mark.end);
    } else {
      snippet.marks.push_back(mark);
    }
  }
  return snippet;
}

}  // namespace

Snippet make_snippet(std::string_view text, std::string_view query, std::size_t length) {
  length = std::clamp(length, length_min, length_max);
  std::vector<Match> matches;
  std::size_t item_count = 0;
  if (const Result<Query> parsed = parse_query(query)) {
    Matcher matcher(*parsed);
    item_count = matcher.item_count();
    matcher.scan(text, [&](const Match& match) {
      matches.push_back(match);
      return matches.size() < matches_max;
    });
  }
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  Span span;
  if (matches.empty()) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  } else {
    span = best_span(matches, item_count, length);
  }
  return render(text, passage_around(text, span, length), matches);
}

}  // namespace dms::search
