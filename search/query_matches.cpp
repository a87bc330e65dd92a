#include "search/query_matches.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

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

// How often any of several words stands in each document; what counts repeatedly is near its end
// after some.
using Repetitions = std::vector<std::uint8_t>;
// A byte a document each: of further beginnings in one query each counts as said once.
constexpr std::size_t counted_beginnings_max = 8;

// What a beginning stands for, weighed as BM25 weighs one word, but whatever a document's length.
class BeginningPostings final : public SetPostings {
 public:
  BeginningPostings(const DocumentSet& documents, Repetitions repetitions, double rarity)
      : SetPostings(documents), repetitions_(std::move(repetitions)), rarity_(rarity) {}

  void init(const Xapian::Database& database) override {
    SetPostings::init(database);
    set_maxweight(weight_of(1) * (repetition_k1 + 1));
  }
  double get_weight() const override {
    return weight_of(get_docid() < repetitions_.size() ? repetitions_[get_docid()] : 1);
  }

 private:
  double weight_of(double times) const {
    return rarity_ * (repetition_k1 + 1) * times / (repetition_k1 + times);
  }

  const Repetitions repetitions_;
  const double rarity_;
};

// As BM25 has it, with Xapian's lower end for what stands in nearly every document.
double rarity_of(double with, double documents) {
  constexpr double least = 2;
  const double odds = (documents - with + 0.5) / (with + 0.5);
  return std::log(odds < least ? odds * 0.5 + 1 : odds);
}

void add_postings(const Xapian::Database& database, const std::string& term, DocumentSet& to) {
  const auto end = database.postlist_end(term);
  for (auto at = database.postlist_begin(term); at != end; ++at) to.insert(*at);
}

Terms most_frequent_beginning(const Xapian::Database& database, const std::string& beginning) {
  std::vector<std::pair<Xapian::doccount, std::string>> all;
  const auto end = database.allterms_end(beginning);
  for (auto at = database.allterms_begin(beginning); at != end; ++at) {
    all.emplace_back(at.get_termfreq(), *at);
  }
  if (all.size() > prefix_expansion_max) {
    std::nth_element(all.begin(), all.begin() + prefix_expansion_max, all.end(),
                     [](const auto& a, const auto& b) {
                       return a.first != b.first ? a.first > b.first : a.second < b.second;
                     });
    all.resize(prefix_expansion_max);
  }
  Terms terms;
  terms.reserve(all.size());
  for (auto& [frequency, term] : all) terms.push_back(std::move(term));
  return terms;
}

}  // namespace

QueryMatches::QueryMatches(const Reader& reader, const Query& query, AdmittedDocuments& admitted)
    : reader_(reader), query_(query), admitted_(admitted) {}

DocumentSet QueryMatches::with_any(const Terms& terms) const {
  DocumentSet documents(reader_.columns->documents.size());
  for (const std::string& term : terms) add_postings(reader_.database, term, documents);
  return documents;
}

// What there is not is admitted by nobody.
DocumentSet QueryMatches::everything() const {
  const auto end = static_cast<Xapian::docid>(reader_.columns->documents.size());
  DocumentSet documents(end);
  for (Xapian::docid id = 1; id < end; ++id) documents.insert(id);
  return documents;
}

// In any form: each of them has the stem.
DocumentSet QueryMatches::with_word(const Prefixes& prefixes, const QueryWord& word) const {
  if (!has_stem(word)) {
    Terms terms;
    for (const std::string_view prefix : prefixes) terms.push_back(exact_term(prefix, word));
    return with_any(terms);
  }
  const std::vector<std::string_view> marks{fields::stem_mark, fields::part_mark};
  DocumentSet documents = with_any(stem_terms(marks, prefixes, word.stem));
  if (word.parts.size() < 2) return documents;
  std::optional<DocumentSet> with_parts;
  for (const std::string& part : word.parts) {
    DocumentSet with_part = with_any(stem_terms(marks, prefixes, part));
    if (with_parts) {
      *with_parts &= with_part;
    } else {
      with_parts = std::move(with_part);
    }
  }
  return documents |= *with_parts;
}

void QueryMatches::find_phrase(Leaf& leaf) const {
  std::vector<Xapian::Query> words;
  for (const QueryWord& word : leaf.item.words) words.emplace_back(exact_term(leaf.prefix, word));
  const Xapian::Query phrase(Xapian::Query::OP_PHRASE, words.begin(), words.end(),
                             static_cast<Xapian::termcount>(words.size()));
  Collector collector(leaf.documents);
  Xapian::Enquire enquire(reader_.database);
  enquire.set_query({Xapian::Query::OP_FILTER, phrase, Xapian::Query(&admitted_)});
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.add_matchspy(&collector);
  enquire.get_mset(0, 1, reader_.database.get_doccount());
  leaf.source = std::make_unique<SetPostings>(leaf.documents);
}

void QueryMatches::find_beginning(Leaf& leaf) const {
  const std::string beginning = exact_term(leaf.prefix, leaf.item.words.front());
  Repetitions repetitions;
  if (leaves_.size() <= counted_beginnings_max) {
    repetitions.resize(reader_.columns->documents.size());
  }
  for (const std::string& term : most_frequent_beginning(reader_.database, beginning)) {
    const auto end = reader_.database.postlist_end(term);
    for (auto at = reader_.database.postlist_begin(term); at != end; ++at) {
      const Xapian::docid id = *at;
      leaf.documents.insert(id);
      if (id >= repetitions.size()) continue;
      repetitions[id] = static_cast<std::uint8_t>(
          std::min<std::uint64_t>(repetitions[id] + std::uint64_t{at.get_wdf()}, UINT8_MAX));
    }
  }
  leaf.source = std::make_unique<BeginningPostings>(
      leaf.documents, std::move(repetitions),
      rarity_of(static_cast<double>(leaf.documents.count()), reader_.database.get_doccount()));
}

QueryMatches::Leaf& QueryMatches::leaf_of(std::string_view prefix, const QueryItem& item) {
  const auto known = std::find_if(leaves_.begin(), leaves_.end(), [&](const Leaf& leaf) {
    return leaf.prefix == prefix && leaf.item == item;
  });
  if (known != leaves_.end()) return *known;
  Leaf& leaf = leaves_.emplace_back(
      Leaf{prefix, item, DocumentSet(reader_.columns->documents.size()), nullptr});
  if (item.kind == Kind::phrase) {
    find_phrase(leaf);
  } else {
    find_beginning(leaf);
  }
  return leaf;
}

DocumentSet QueryMatches::with_item(const QueryItem& item, Occurrence occurrence) {
  if (item.kind == Kind::word) {
    const QueryWord& word = item.words.front();
    if (occurrence != Occurrence::excluded) return with_word(prefixes_of(item), word);
    // Who excludes a word means the word, not whatever it is a part of.
    Terms terms;
    for (const std::string_view prefix : prefixes_of(item)) {
      terms.push_back(word_term(prefix, word));
    }
    return with_any(terms);
  }
  DocumentSet documents;
  for (const std::string_view prefix : prefixes_of(item)) {
    documents |= leaf_of(prefix, item).documents;
  }
  return documents;
}

DocumentSet QueryMatches::with_clause(const QueryClause& clause) {
  DocumentSet documents;
  for (const QueryItem& item : clause.alternatives) documents |= with_item(item, clause.occurrence);
  return documents;
}

DocumentSet QueryMatches::documents(Matching matching) {
  if (query_.clauses.empty()) return query_.blank ? everything() : DocumentSet();
  std::optional<DocumentSet> required;
  std::optional<DocumentSet> normal;
  DocumentSet excluded;
  for (const QueryClause& clause : query_.clauses) {
    DocumentSet with = with_clause(clause);
    if (clause.occurrence == Occurrence::excluded) {
      excluded |= with;
      continue;
    }
    const bool is_required = clause.occurrence == Occurrence::required;
    std::optional<DocumentSet>& all = is_required ? required : normal;
    if (!all) {
      all = std::move(with);
    } else if (is_required || matching == Matching::all) {
      *all &= with;
    } else {
      *all |= with;
    }
  }
  if (required && normal && matching == Matching::all) *required &= *normal;
  DocumentSet documents = required ? std::move(*required)
                          : normal ? std::move(*normal)
                                   : everything();
  return documents -= excluded;
}

Xapian::Query QueryMatches::ranked(Matching matching) {
  Query wanted = query_;
  std::erase_if(wanted.clauses, [](const QueryClause& clause) {
    return clause.occurrence == Occurrence::excluded;
  });
  return to_xapian(wanted, matching, [this](std::string_view prefix, const QueryItem& item) {
    Leaf& leaf = leaf_of(prefix, item);
    const Xapian::Query among(leaf.source.get());
    if (item.kind == Kind::prefix) return among;
    std::vector<Xapian::Query> words;
    for (const QueryWord& word : item.words) words.emplace_back(exact_term(prefix, word));
    return Xapian::Query(Xapian::Query::OP_FILTER,
                         {Xapian::Query::OP_AND, words.begin(), words.end()}, among);
  });
}

}  // namespace dms::search
