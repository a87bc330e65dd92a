#pragma once

// Which documents answer a query, as sets: each posting list is read once, without weights. And the
// query by which the best of them are found, which then need not look at the others. Private to
// search.

#include <xapian.h>

#include <deque>
#include <memory>
#include <string_view>

#include "search/columns.h"
#include "search/document_set.h"
#include "search/index_reader.h"
#include "search/query.h"
#include "search/query_terms.h"
#include "search/query_xapian.h"

namespace dms::search {

// How soon repetition counts less: BM25's k1, measured (tests/relevance).
inline constexpr double repetition_k1 = 0.6;

// One query on one reader, for one thread. All of it throws Xapian's errors.
class QueryMatches {
 public:
  // Phrases are looked for among what is admitted alone. Borrows all.
  QueryMatches(const Reader& reader, const Query& query, AdmittedDocuments& admitted);

  // Without the query's filters; with what is not admitted, too. Finds what to_xapian() finds.
  DocumentSet documents(Matching matching);
  // Those that have one of these terms.
  DocumentSet with_any(const Terms& terms) const;
  // To be asked for among documents() alone, while this lives. Weighs as to_xapian() does, but for
  // beginnings: what they stand for is weighed as one word, whose repetition counts.
  Xapian::Query ranked(Matching matching);

 private:
  // A phrase, or a beginning, under a field's prefix.
  struct Leaf {
    std::string_view prefix;
    QueryItem item;
    DocumentSet documents;
    std::unique_ptr<Xapian::PostingSource> source;
  };
  Leaf& leaf_of(std::string_view prefix, const QueryItem& item);
  void find_phrase(Leaf& leaf) const;
  void find_beginning(Leaf& leaf) const;

  DocumentSet everything() const;
  DocumentSet with_word(const Prefixes& prefixes, const QueryWord& word) const;
  DocumentSet with_item(const QueryItem& item, QueryClause::Occurrence occurrence);
  DocumentSet with_clause(const QueryClause& clause);

  const Reader& reader_;
  const Query& query_;
  AdmittedDocuments& admitted_;
  std::deque<Leaf> leaves_;
};

}  // namespace dms::search
