#include "search/query_xapian.h"

#include <algorithm>
#include <string>
#include <vector>

#include "search/fields.h"
#include "search/index.h"
#include "search/query_terms.h"

namespace dms::search {

namespace {

using Occurrence = QueryClause::Occurrence;
using Kind = QueryItem::Kind;

// Up to so many clauses are a few words.
constexpr std::ptrdiff_t few_clauses_max = 3;
constexpr std::uint64_t enough_for_many_words = 10;
// Against the weight of a word's stem, wherever it stands; measured: tests/relevance/README.md.
constexpr double exact_factor = 1.0;            // the form that was typed
constexpr double inside_compound_factor = 0.2;  // a part of a compound
constexpr double parts_factor = 0.1;            // the parts of the compound that was typed
// What a document is about stands in its subject, and whose it is in its reference: a word or a
// phrase says more there than in the text.
constexpr double subject_factor = 1.0;
constexpr double reference_factor = 2.0;

Xapian::Query scaled(const Xapian::Query& query, double factor) {
  return {Xapian::Query::OP_SCALE_WEIGHT, query, factor};
}

// A stem in several fields, weighed as one word: what is rare in one field alone is not rare.
Xapian::Query anywhere(const std::vector<std::string_view>& marks, const Prefixes& prefixes,
                       const std::string& stem) {
  const Terms terms = stem_terms(marks, prefixes, stem);
  return {Xapian::Query::OP_SYNONYM, terms.begin(), terms.end()};
}

// A word, also as a part of compounds; a compound, also where all its parts are.
Xapian::Query word_query(const Prefixes& prefixes, const QueryWord& word) {
  std::vector<Xapian::Query> exact_terms;
  for (const std::string_view prefix : prefixes) exact_terms.emplace_back(exact_term(prefix, word));
  Xapian::Query exact(Xapian::Query::OP_SYNONYM, exact_terms.begin(), exact_terms.end());
  if (!has_stem(word)) return exact;
  std::vector<Xapian::Query> forms{
      anywhere({fields::stem_mark}, prefixes, word.stem), scaled(exact, exact_factor),
      scaled(anywhere({fields::part_mark}, prefixes, word.stem), inside_compound_factor)};
  if (word.parts.size() > 1) {
    std::vector<Xapian::Query> parts;
    for (const std::string& part : word.parts) {
      parts.push_back(anywhere({fields::stem_mark, fields::part_mark}, prefixes, part));
    }
    forms.push_back(scaled({Xapian::Query::OP_AND, parts.begin(), parts.end()}, parts_factor));
  }
  return {Xapian::Query::OP_OR, forms.begin(), forms.end()};
}

Xapian::Query item_under(std::string_view prefix, const QueryItem& item, const LeafQuery& leaf) {
  if (leaf && item.kind != Kind::word) return leaf(prefix, item);
  switch (item.kind) {
    case Kind::word:
      return word_query({prefix}, item.words.front());
    case Kind::prefix:
      return {Xapian::Query::OP_WILDCARD, exact_term(prefix, item.words.front()),
              static_cast<Xapian::termcount>(beginning_words_max),
              Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT};
    case Kind::phrase:
      break;
  }
  std::vector<Xapian::Query> words;
  words.reserve(item.words.size());
  for (const QueryWord& word : item.words) words.emplace_back(exact_term(prefix, word));
  return {Xapian::Query::OP_PHRASE, words.begin(), words.end(),
          static_cast<Xapian::termcount>(words.size())};
}

Xapian::Query item_query(const QueryItem& item, const LeafQuery& leaf) {
  if (item.field) return item_under(fields::prefix(*item.field), item, leaf);
  if (item.kind == Kind::word) {
    const QueryWord& word = item.words.front();
    const auto in = [&](Field field, double factor) {
      return scaled(Xapian::Query(word_term(fields::prefix(field), word)), factor);
    };
    const Xapian::Query forms[] = {word_query(all_prefixes(), word),
                                   in(Field::subject, subject_factor),
                                   in(Field::reference, reference_factor)};
    return {Xapian::Query::OP_OR, std::begin(forms), std::end(forms)};
  }
  std::vector<Xapian::Query> places{item_under(fields::prefix(Field::body), item, leaf),
                                    item_under(fields::any_but_body, item, leaf)};
  if (item.kind == Kind::phrase) {
    places.push_back(
        scaled(item_under(fields::prefix(Field::subject), item, leaf), subject_factor));
    places.push_back(
        scaled(item_under(fields::prefix(Field::reference), item, leaf), reference_factor));
  }
  return {Xapian::Query::OP_OR, places.begin(), places.end()};
}

// Who excludes a word means the word, not whatever it is a part of.
Xapian::Query excluded_query(const QueryItem& item, const LeafQuery& leaf) {
  if (item.kind != Kind::word) return item_query(item, leaf);
  const QueryWord& word = item.words.front();
  if (item.field) return Xapian::Query(word_term(fields::prefix(*item.field), word));
  return {Xapian::Query::OP_OR, Xapian::Query(word_term(fields::prefix(Field::body), word)),
          Xapian::Query(word_term(fields::any_but_body, word))};
}

Xapian::Query clause_query(const QueryClause& clause, const LeafQuery& leaf) {
  const bool excluded = clause.occurrence == Occurrence::excluded;
  std::vector<Xapian::Query> alternatives;
  alternatives.reserve(clause.alternatives.size());
  for (const QueryItem& item : clause.alternatives) {
    alternatives.push_back(excluded ? excluded_query(item, leaf) : item_query(item, leaf));
  }
  return {Xapian::Query::OP_OR, alternatives.begin(), alternatives.end()};
}

// The clauses of one occurrence, joined by `join`; empty where there are none.
Xapian::Query joined(const Query& query, Occurrence occurrence, Xapian::Query::op join,
                     const LeafQuery& leaf) {
  std::vector<Xapian::Query> parts;
  for (const QueryClause& clause : query.clauses) {
    if (clause.occurrence == occurrence) parts.push_back(clause_query(clause, leaf));
  }
  return {join, parts.begin(), parts.end()};
}

// Of its own: the library's MatchAll is one object for all threads, with a count of its users that
// is not atomic.
Xapian::Query match_all() {
  return Xapian::Query(std::string());
}

}  // namespace

std::uint64_t enough_with_all(const Query& query) {
  const auto wanted = std::count_if(query.clauses.begin(), query.clauses.end(), [](const auto& c) {
    return c.occurrence != Occurrence::excluded;
  });
  return wanted <= few_clauses_max ? 1 : enough_for_many_words;
}

Xapian::Query to_xapian(const Query& query, Matching matching, const LeafQuery& leaf) {
  if (query.clauses.empty()) {
    return query.blank ? match_all() : Xapian::Query();
  }
  const bool all = matching == Matching::all;
  const Xapian::Query required = joined(query, Occurrence::required, Xapian::Query::OP_AND, leaf);
  const Xapian::Query normal =
      joined(query, Occurrence::normal, all ? Xapian::Query::OP_AND : Xapian::Query::OP_OR, leaf);
  Xapian::Query wanted = match_all();
  if (required.empty() && !normal.empty()) {
    wanted = normal;
  } else if (!required.empty() && normal.empty()) {
    wanted = required;
  } else if (!required.empty()) {
    wanted = {all ? Xapian::Query::OP_AND : Xapian::Query::OP_AND_MAYBE, required, normal};
  }
  const Xapian::Query excluded = joined(query, Occurrence::excluded, Xapian::Query::OP_OR, leaf);
  if (excluded.empty()) return wanted;
  return {Xapian::Query::OP_AND_NOT, wanted, excluded};
}

}  // namespace dms::search
