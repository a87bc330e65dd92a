#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dms/base/text.h"
#include "search/index.h"
#include "search/query_matcher.h"

namespace dms::search {

namespace {

// The work is bounded: among very many matches only the first are looked at.
constexpr std::size_t matches_max = 5000;
constexpr std::size_t length_min = 40;
constexpr std::size_t length_max = 4000;
// How far a cut is moved to fall between words.
constexpr std::size_t cut_slack = 30;

// The stretch of at most `length` bytes with the most different parts of the query, then the most
// matches; the first of equals. `matches` in ascending order.
TextSpan best_span(const std::vector<QueryMatch>& matches, std::size_t item_count,
                   std::size_t length) {
  std::vector<std::size_t> inside(item_count, 0);
  std::size_t distinct = 0;
  std::size_t first = 0;
  std::pair<std::size_t, std::size_t> best{0, 0};
  TextSpan span;
  for (std::size_t last = 0; last < matches.size(); ++last) {
    if (inside[matches[last].item_number]++ == 0) ++distinct;
    while (first < last && matches[last].matched.end - matches[first].matched.begin > length) {
      if (--inside[matches[first++].item_number] == 0) --distinct;
    }
    const std::pair score{distinct, last - first + 1};
    if (score > best) {
      best = score;
      span = {matches[first].matched.begin, matches[last].matched.end};
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
TextSpan passage_around(std::string_view text, TextSpan span, std::size_t length) {
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
Snippet render(std::string_view text, TextSpan passage, const std::vector<QueryMatch>& matches) {
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
  for (const QueryMatch& match : matches) {
    const TextSpan& span = match.matched;
    if (span.begin < passage.begin || span.end > passage.end) continue;
    const Snippet::Mark mark{offsets[span.begin - passage.begin],
                             offsets[span.end - passage.begin]};
    if (!snippet.marks.empty() && mark.begin < snippet.marks.back().end) {
      snippet.marks.back().end = std::max(snippet.marks.back().end, mark.end);
    } else {
      snippet.marks.push_back(mark);
    }
  }
  return snippet;
}

// With the sign before a number that was asked for as a section: "§ 36".
TextSpan with_section_sign(std::string_view text, const QueryMatch& match) {
  static constexpr std::string_view sign = "\u00A7";
  TextSpan span = match.words;
  if (!match.item->words.back().section) return span;
  std::size_t at = span.begin;
  while (at > 0 && is_space(text[at - 1])) --at;
  while (text.substr(0, at).ends_with(sign)) span.begin = at -= sign.size();
  return span;
}

}  // namespace

MatchedWords matched_words(std::span<const std::string_view> pages, std::string_view query,
                           std::size_t words_max) {
  const Query parsed = parse_query(query);
  MatchedWords found;
  std::set<std::string> known;  // by text and mark
  QueryMatcher matcher(parsed);
  for (const std::string_view page : pages) {
    std::uint64_t& count = found.counts.emplace_back(0);
    matcher.scan(page, [&](const QueryMatch& match) {
      ++count;
      Snippet word = render(page, with_section_sign(page, match), {match});
      if (word.marks.empty() || known.size() >= words_max) return true;
      const Snippet::Mark& mark = word.marks.front();
      const std::string place = std::to_string(mark.begin) + ' ' + std::to_string(mark.end);
      if (known.insert(word.text + ' ' + place).second) found.words.push_back(std::move(word));
      return true;
    });
  }
  return found;
}

Snippet make_snippet(std::string_view text, std::string_view query, std::size_t length) {
  length = std::clamp(length, length_min, length_max);
  std::vector<QueryMatch> matches;
  QueryMatcher matcher(parse_query(query));
  matcher.scan(text, [&](const QueryMatch& match) {
    matches.push_back(match);
    return matches.size() < matches_max;
  });
  std::sort(matches.begin(), matches.end(), [](const QueryMatch& a, const QueryMatch& b) {
    return std::pair(a.matched.begin, a.matched.end) < std::pair(b.matched.begin, b.matched.end);
  });
  TextSpan span;
  if (matches.empty()) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  } else {
    span = best_span(matches, matcher.item_count(), length);
  }
  return render(text, passage_around(text, span, length), matches);
}

}  // namespace dms::search
