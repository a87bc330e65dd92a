#include "search/second_look.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "search/fields.h"
#include "search/language.h"

namespace dms::search {

namespace {

// Against the weight of the best hit, all of them; chosen by measurement (tests/relevance): words
// beside each other, all in one place at the beginning of the text or in the other fields, and all
// of them anywhere.
constexpr double neighbours_factor = 0.5;
constexpr double gathered_factor = 1.0;
constexpr double met_factor = 0.3;
// After so many words the beginning of a text counts less: a letterhead.
constexpr double beginning_words = 20;
// Of a query and of a document's occurrences of a word: what is beyond costs more than it tells.
constexpr std::size_t words_max = 24;
constexpr std::size_t positions_max = 300;

double earliness(Xapian::termpos position) {
  return 1 / std::log2(2 + position / beginning_words);
}

bool stands_before(const std::vector<Xapian::termpos>& first,
                   const std::vector<Xapian::termpos>& second) {
  return std::any_of(first.begin(), first.end(), [&](Xapian::termpos position) {
    return std::binary_search(second.begin(), second.end(), position + 1);
  });
}

}  // namespace

SecondLook::SecondLook(const Xapian::Database& database, const Query& query) : database_(database) {
  for (const QueryClause& clause : query.clauses) {
    if (clause.occurrence == QueryClause::Occurrence::excluded) continue;
    Word either;
    for (const QueryItem& item : clause.alternatives) {
      if (item.kind == QueryItem::Kind::prefix) continue;
      for (const QueryWord& word : item.words) {
        const std::string exact = word.section ? section_term(word.exact) : word.exact;
        const bool in_body = !item.field || *item.field == Field::body;
        const bool in_other = !item.field || *item.field != Field::body;
        if (in_body) either.body_terms.push_back(exact);
        if (in_other) {
          const std::string_view prefix =
              item.field ? fields::prefix(*item.field) : fields::any_but_body;
          either.other_terms.push_back(std::string(prefix).append(exact));
        }
        if (clause.alternatives.size() == 1) add_word(std::exchange(either, {}));
      }
    }
    add_word(std::move(either));
  }
}

void SecondLook::add_word(Word word) {
  if ((word.body_terms.empty() && word.other_terms.empty()) || words_.size() == words_max) return;
  Xapian::doccount frequency = 0;
  for (const auto* terms : {&word.body_terms, &word.other_terms}) {
    for (const std::string& term : *terms) {
      frequency = std::max(frequency, database_.get_termfreq(term));
    }
  }
  word.rarity = std::log(1 + static_cast<double>(database_.get_doccount()) / (1.0 + frequency));
  rarity_ += word.rarity;
  words_.push_back(std::move(word));
}

std::vector<Xapian::doccount> SecondLook::order(const Xapian::MSet& hits) const {
  std::vector<Xapian::doccount> places(hits.size());
  std::iota(places.begin(), places.end(), 0U);
  // One word is beside no other, and where it stands says less than how often.
  if (words_.size() < 2 || hits.empty()) return places;
  const double best = std::max(hits[0].get_weight(), 1e-9);
  const Xapian::doccount looked_at = std::min(hits.size(), second_look_hits);
  std::vector<double> scores(looked_at);
  for (Xapian::doccount i = 0; i < looked_at; ++i) {
    scores[i] = hits[i].get_weight() / best + score(*hits[i]);
  }
  std::stable_sort(places.begin(), places.begin() + looked_at,
                   [&](Xapian::doccount a, Xapian::doccount b) { return scores[a] > scores[b]; });
  return places;
}

SecondLook::Positions SecondLook::positions_of(Xapian::docid document,
                                               const std::vector<std::string>& terms) const {
  Positions positions;
  for (const std::string& term : terms) {
    std::size_t read = 0;
    const auto end = database_.positionlist_end(document, term);
    for (auto at = database_.positionlist_begin(document, term); at != end; ++at) {
      positions.push_back(*at);
      if (++read == positions_max) break;
    }
  }
  if (terms.size() > 1) std::sort(positions.begin(), positions.end());
  return positions;
}

double SecondLook::score(Xapian::docid document) const {
  Places body;
  Places other;
  for (const Word& word : words_) {
    body.push_back(positions_of(document, word.body_terms));
    other.push_back(positions_of(document, word.other_terms));
  }
  const Gathering in_body = gathering(body);
  const double gathered =
      std::max(in_body.share * earliness(in_body.begin), gathering(other).share);
  return neighbours_factor * neighbours(body, other) + gathered_factor * gathered +
         met_factor * met(body, other);
}

// The share of the query's pairs of neighbouring words that stand so in the document, by rarity.
double SecondLook::neighbours(const Places& body, const Places& other) const {
  double found = 0;
  double possible = 0;
  for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
    const double rarity = words_[i].rarity + words_[i + 1].rarity;
    possible += rarity;
    if (stands_before(body[i], body[i + 1]) || stands_before(other[i], other[i + 1])) {
      found += rarity;
    }
  }
  return possible > 0 ? found / possible : 0;
}

double SecondLook::met(const Places& body, const Places& other) const {
  double found = 0;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (!body[i].empty() || !other[i].empty()) found += words_[i].rarity;
  }
  return rarity_ > 0 ? found / rarity_ : 0;
}

// The first stretch of half as many words again as the query has that holds the most of them.
SecondLook::Gathering SecondLook::gathering(const Places& places) const {
  struct Occurrence {
    Xapian::termpos position;
    std::size_t word;
  };
  std::vector<Occurrence> all;
  for (std::size_t word = 0; word < places.size(); ++word) {
    for (const Xapian::termpos position : places[word]) all.push_back({position, word});
  }
  std::sort(all.begin(), all.end(), [](const Occurrence& a, const Occurrence& b) {
    return std::pair(a.position, a.word) < std::pair(b.position, b.word);
  });
  const std::size_t length = std::max(words_.size() * 3 / 2, words_.size() + 2);
  std::vector<std::size_t> inside(words_.size());
  Gathering best;
  double held = 0;
  std::size_t begin = 0;
  for (const Occurrence& last : all) {
    if (inside[last.word]++ == 0) held += words_[last.word].rarity;
    for (; last.position - all[begin].position > length; ++begin) {
      const std::size_t left = all[begin].word;
      if (--inside[left] == 0) held -= words_[left].rarity;
    }
    constexpr double rounding = 1e-9;
    if (held > best.share + rounding) best = {held, all[begin].position};
  }
  if (rarity_ > 0) best.share /= rarity_;
  return best;
}

}  // namespace dms::search
