#include "search/query_matcher.h"

#include <algorithm>
#include <utility>

#include "dms/base/text.h"

namespace dms::search {

namespace {

constexpr std::size_t scanned_bytes_max = std::size_t{2} << 20U;

// Whether the letters of a stem stand in a row in an exact form, but for the e of mutated vowels,
// which stemming takes away ("haus" in "kaufhaeuser").
bool holds_stem(std::string_view exact, std::string_view stem) {
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

bool same_exact(const QueryWord& word, const Token& token) {
  return word.exact == token.exact && (token.section || !word.section);
}

}  // namespace

QueryMatcher::QueryMatcher(const Query& query) {
  for (const QueryClause& clause : query.clauses) {
    if (clause.occurrence == QueryClause::Occurrence::excluded) continue;
    for (const QueryItem& item : clause.alternatives) {
      if (!item.field || *item.field == Field::body) add(item);
    }
  }
}

void QueryMatcher::scan(std::string_view text,
                        const std::function<bool(const QueryMatch&)>& found) {
  recent_.clear();
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

bool QueryMatcher::match_token(std::string_view text, const Token& token,
                               const std::function<bool(const QueryMatch&)>& found) {
  // Stemming leaves the first letter, so most words are passed over by it.
  bool may_match = false;
  std::string stem;
  if (first_bytes_[static_cast<unsigned char>(token.exact.front())]) {
    stem = token.has_digit ? std::string() : analyzer_.stem(token.exact);
    may_match = true;
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const QueryItem& item = items_[i];
    if (!token.iban.empty() && item.kind == QueryItem::Kind::word &&
        item.words.front().exact == token.iban) {
      const TextSpan span{token.begin, token.iban_end};
      if (!found({span, span, &item, i})) return false;
      continue;
    }
    if (may_match) {
      const std::size_t begin = match_begin(item, token, stem);
      if (begin != std::string::npos) {
        const TextSpan span{begin, token.end};
        if (!found({span, span, &item, i})) return false;
        continue;
      }
    }
    if (const auto part = match_part(text, item, token)) {
      if (!found({*part, {token.begin, token.end}, &item, i})) return false;
    }
  }
  return true;
}

// What of a word's stems stands inside a compound. Taking words apart is dear, so only those are
// that hold the stem's letters.
std::optional<TextSpan> QueryMatcher::match_part(std::string_view text, const QueryItem& item,
                                                 const Token& token) {
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
    return TextSpan{token.begin, token.end};
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
  if (!begin || !end) return TextSpan{token.begin, token.end};
  return TextSpan{token.begin + *begin, token.begin + *end};
}

void QueryMatcher::add(const QueryItem& item) {
  if (std::find(items_.begin(), items_.end(), item) != items_.end()) return;
  const QueryWord& last = item.words.back();
  first_bytes_.set(static_cast<unsigned char>(last.exact.front()));
  if (item.kind == QueryItem::Kind::phrase) {
    longest_phrase_ = std::max(longest_phrase_, item.words.size());
  }
  items_.push_back(item);
}

std::size_t QueryMatcher::match_begin(const QueryItem& item, const Token& token,
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

std::size_t QueryMatcher::phrase_begin(const std::vector<QueryWord>& words) const {
  if (recent_.size() < words.size()) return std::string::npos;
  const auto first = recent_.end() - static_cast<std::ptrdiff_t>(words.size());
  const bool same = std::equal(words.begin(), words.end(), first, same_exact);
  return same ? first->begin : std::string::npos;
}

}  // namespace dms::search
