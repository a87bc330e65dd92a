#include "search/query_matches.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <string>
#include <utility>

#include "search/index.h"

namespace dms::search {

using Kind = QueryItem::Kind;
using Occurrence = QueryClause::Occurrence;

namespace {

// Keeps the ids that a match meets.
class Collector final : public Xapian::MatchSpy {
 public:
  explicit Collector(DocumentSet& to) : to_(to) {}
  void operator()(const Xapian::Document& document, double /*weight*/) override {
    to_.insert(document.get_docid());
  }

 private:
  DocumentSet& to_;
};

// As BM25 has it, with Xapian's lower end for what stands in nearly every document.
double rarity_of(double with, double documents) {
  constexpr double least = 2;
  const double odds = (documents - with + 0.5) / (with + 0.5);
  return std::log(odds < least ? odds * 0.5 + 1 : odds);
}

// Calls `each` with a term's postings; of `among` where it is there, which then is what leads.
template <class Each>
void for_each_posting(const Xapian::Database& database, const std::string& term,
                      const DocumentSet* among, Each&& each) {
  const auto end = database.postlist_end(term);
  auto at = database.postlist_begin(term);
  while (at != end) {
    if (among == nullptr) {
      each(at);
      ++at;
      continue;
    }
    const Xapian::docid next = among->first_from(*at);
    if (next == 0) return;
    if (next != *at) {
      at.skip_to(next);
      continue;
    }
    each(at);
    ++at;
  }
}

struct Beginning {
  Terms terms;  // in order, so that their postings lie side by side
  bool is_shortened = false;
};

// The terms that begin so; of too many the most frequent. How frequent one is has to be read, so it
// is asked only then.
Beginning terms_beginning(const Xapian::Database& database, const std::string& beginning) {
  Terms terms;
  const auto end = database.allterms_end(beginning);
  for (auto at = database.allterms_begin(beginning); at != end; ++at) {
    terms.push_back(*at);
    if (terms.size() > beginning_words_max) break;
  }
  if (terms.size() <= beginning_words_max) return {std::move(terms), false};
  using Term = std::pair<Xapian::doccount, std::string>;
  const auto is_better = [](const Term& a, const Term& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  std::priority_queue<Term, std::vector<Term>, decltype(is_better)> best(is_better);
  for (auto at = database.allterms_begin(beginning); at != end; ++at) {
    best.emplace(at.get_termfreq(), *at);
    if (best.size() > beginning_words_max) best.pop();
  }
  terms.clear();
  for (; !best.empty(); best.pop()) terms.push_back(best.top().second);
  std::sort(terms.begin(), terms.end());
  return {std::move(terms), true};
}

// Those without exclusions.
Query wanted_of(const Query& query) {
  Query wanted = query;
  std::erase_if(wanted.clauses, [](const QueryClause& clause) {
    return clause.occurrence == Occurrence::excluded;
  });
  return wanted;
}

}  // namespace

// What a beginning stands for, weighed as BM25 weighs one word, but whatever a document's length.
class QueryMatches::BeginningPostings final : public SetPostings {
 public:
  BeginningPostings(const Leaf& leaf, double documents)
      : SetPostings(leaf.documents),
        repetitions_(leaf.repetitions),
        rarity_(rarity_of(static_cast<double>(leaf.documents.count()), documents)) {}

  void init(const Xapian::Database& database) override {
    SetPostings::init(database);
    set_maxweight(rarity_ * (repetition_k1 + 1));
  }
  double get_weight() const override {
    const double times = repetitions_[get_docid()];
    return rarity_ * (repetition_k1 + 1) * times / (repetition_k1 + times);
  }

 private:
  const Repetitions& repetitions_;
  const double rarity_;
};

QueryMatches::QueryMatches(const Reader& reader, const Query& query,
                           const std::vector<Terms>& filters, AdmittedDocuments& admitted)
    : reader_(reader), query_(query), filters_(filters), admitted_(admitted) {}

DocumentSet QueryMatches::with_any(const Terms& terms, const DocumentSet* among) const {
  DocumentSet documents(reader_.columns->documents.size());
  for (const std::string& term : terms) {
    for_each_posting(reader_.database, term, among,
                     [&](const Xapian::PostingIterator& at) { documents.insert(*at); });
  }
  return documents;
}

// In any form: each of them has the stem.
DocumentSet QueryMatches::with_word(const Prefixes& prefixes, const QueryWord& word,
                                    const DocumentSet* among) const {
  if (!has_stem(word)) {
    Terms terms;
    for (const std::string_view prefix : prefixes) terms.push_back(exact_term(prefix, word));
    return with_any(terms, among);
  }
  const std::vector<std::string_view> marks{fields::stem_mark, fields::part_mark};
  DocumentSet documents = with_any(stem_terms(marks, prefixes, word.stem), among);
  if (word.parts.size() < 2) return documents;
  std::optional<DocumentSet> with_parts;
  for (const std::string& part : word.parts) {
    const DocumentSet* rest = with_parts ? &*with_parts : among;
    with_parts = with_any(stem_terms(marks, prefixes, part), rest);
  }
  return documents |= *with_parts;
}

void QueryMatches::find_phrase(Leaf& leaf, const DocumentSet* among) const {
  std::vector<Xapian::Query> words;
  for (const QueryWord& word : leaf.item.words) words.emplace_back(exact_term(leaf.prefix, word));
  Xapian::Query phrase(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
                       static_cast<Xapian::termcount>(words.size()));
  std::optional<SetPostings> rest;
  if (among != nullptr) {
    rest.emplace(*among);
    phrase = {Xapian::Query::OP_FILTER, phrase, Xapian::Query(&*rest)};
  }
  Collector collector(leaf.documents);
  Xapian::Enquire enquire(reader_.database);
  enquire.set_query({Xapian::Query::OP_FILTER, phrase, Xapian::Query(&admitted_)});
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.add_matchspy(&collector);
  enquire.get_mset(0, 1, reader_.database.get_doccount());
}

void QueryMatches::find_beginning(Leaf& leaf, const DocumentSet* among) {
  const std::string beginning = exact_term(leaf.prefix, leaf.item.words.front());
  Repetitions& repetitions = leaf.repetitions;
  repetitions.resize(reader_.columns->documents.size());
  const Beginning begun = terms_beginning(reader_.database, beginning);
  is_beginning_shortened_ |= begun.is_shortened;
  for (const std::string& term : begun.terms) {
    for_each_posting(reader_.database, term, among, [&](const Xapian::PostingIterator& at) {
      const Xapian::docid id = *at;
      if (id >= repetitions.size()) return;
      leaf.documents.insert(id);
      repetitions[id] = static_cast<std::uint8_t>(
          std::min<std::uint64_t>(repetitions[id] + std::uint64_t{at.get_wdf()}, UINT8_MAX));
    });
  }
}

// Looked for once, among the most that it is asked for: clauses narrow one another.
const QueryMatches::Leaf& QueryMatches::leaf_of(std::string_view prefix, const QueryItem& item,
                                                const DocumentSet* among) {
  const auto known = std::find_if(leaves_.begin(), leaves_.end(), [&](const Leaf& leaf) {
    return leaf.prefix == prefix && leaf.item == item;
  });
  if (known != leaves_.end()) return *known;
  Leaf& leaf =
      leaves_.emplace_back(Leaf{prefix, item, DocumentSet(reader_.columns->documents.size()), {}});
  if (item.kind == Kind::phrase) {
    find_phrase(leaf, among);
  } else {
    find_beginning(leaf, among);
  }
  return leaf;
}

DocumentSet QueryMatches::with_item(const QueryItem& item, Occurrence occurrence,
                                    const DocumentSet* among) {
  if (item.kind == Kind::word) {
    const QueryWord& word = item.words.front();
    if (occurrence != Occurrence::excluded) return with_word(prefixes_of(item), word, among);
    // Who excludes a word means the word, not whatever it is a part of.
    Terms terms;
    for (const std::string_view prefix : prefixes_of(item)) {
      terms.push_back(word_term(prefix, word));
    }
    return with_any(terms, among);
  }
  DocumentSet documents;
  for (const std::string_view prefix : prefixes_of(item)) {
    documents |= leaf_of(prefix, item, among).documents;
  }
  if (among != nullptr) documents &= *among;
  return documents;
}

DocumentSet QueryMatches::with_clause(const QueryClause& clause, const DocumentSet* among) {
  DocumentSet documents;
  for (const QueryItem& item : clause.alternatives) {
    documents |= with_item(item, clause.occurrence, among);
  }
  return documents;
}

// About how much is to be read. Beginnings are many words; a phrase's positions cost most.
std::uint64_t QueryMatches::cost_of(const QueryClause& clause) const {
  std::uint64_t cost = 0;
  const std::uint64_t all = reader_.database.get_doccount();
  for (const QueryItem& item : clause.alternatives) {
    if (item.kind != Kind::word) {
      cost += item.kind == Kind::prefix ? all : 2 * all;
      continue;
    }
    for (const std::string_view prefix : prefixes_of(item)) {
      cost += reader_.database.get_termfreq(word_term(prefix, item.words.front()));
    }
  }
  return cost;
}

DocumentSet QueryMatches::with_all(const std::vector<const QueryClause*>& clauses) {
  std::vector<std::pair<std::uint64_t, const QueryClause*>> by_cost;
  by_cost.reserve(clauses.size());
  for (const QueryClause* clause : clauses) by_cost.emplace_back(cost_of(*clause), clause);
  std::stable_sort(by_cost.begin(), by_cost.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::optional<DocumentSet> within = filtered_;
  for (const auto& [cost, clause] : by_cost) {
    within = with_clause(*clause, within ? &*within : nullptr);
    if (within->empty()) return DocumentSet();
  }
  // What there is not is admitted by nobody.
  return within ? std::move(*within) : DocumentSet::all_below(reader_.columns->documents.size());
}

DocumentSet QueryMatches::documents(Matching matching) {
  leaves_.clear();
  is_beginning_shortened_ = false;
  if (query_.clauses.empty() && !query_.blank) return DocumentSet();
  filtered_ = admitted_.of_any_day();
  for (const Terms& any : filters_) filtered_ = with_any(any, filtered_ ? &*filtered_ : nullptr);
  std::vector<const QueryClause*> needed;
  std::vector<const QueryClause*> others;
  std::vector<const QueryClause*> excluded;
  for (const QueryClause& clause : query_.clauses) {
    const bool is_needed = clause.occurrence == Occurrence::required || matching == Matching::all;
    auto& to = clause.occurrence == Occurrence::excluded ? excluded : is_needed ? needed : others;
    to.push_back(&clause);
  }
  DocumentSet documents;
  if (needed.empty() && !others.empty()) {
    for (const QueryClause* clause : others) {
      documents |= with_clause(*clause, filtered_ ? &*filtered_ : nullptr);
    }
  } else {
    documents = with_all(needed);
  }
  for (const QueryClause* clause : excluded) documents -= with_clause(*clause, &documents);
  return documents;
}

Xapian::Query QueryMatches::ranked(Matching matching) {
  const auto source_of = [this](std::unique_ptr<Xapian::PostingSource> source) {
    return Xapian::Query(sources_.emplace_back(std::move(source)).get());
  };
  const DocumentSet* among = filtered_ ? &*filtered_ : nullptr;
  return to_xapian(
      wanted_of(query_), matching, [&](std::string_view prefix, const QueryItem& item) {
        const Leaf& leaf = leaf_of(prefix, item, among);
        if (item.kind == Kind::prefix) {
          return source_of(
              std::make_unique<BeginningPostings>(leaf, reader_.database.get_doccount()));
        }
        std::vector<Xapian::Query> words;
        for (const QueryWord& word : item.words) words.emplace_back(exact_term(prefix, word));
        return Xapian::Query(Xapian::Query::OP_FILTER,
                             {Xapian::Query::OP_AND, words.begin(), words.end()},
                             source_of(std::make_unique<SetPostings>(leaf.documents)));
      });
}

}  // namespace dms::search
