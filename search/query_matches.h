#pragma once

// Which documents answer a query, as sets, without weights. And the query by which the best of them
// are found, which then need not count the others. Private to search.

#include <xapian.h>

#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

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
  // Of each of `filters` a document has one. Phrases are looked for among what is admitted alone.
  // Borrows all.
  QueryMatches(const Reader& reader, const Query& query, const std::vector<Terms>& filters,
               AdmittedDocuments& admitted);

  // Finds what to_xapian() finds (of more words with one beginning than it takes: of those that are
  // as frequent perhaps others), and, unless it is known at once, what is not admitted, too. What
  // few documents have is read first, and of longer lists then only what is left.
  DocumentSet documents(Matching matching);
  // Whether the last documents() left out words with a beginning, for there are too many.
  bool is_beginning_shortened() const { return is_beginning_shortened_; }
  // Those that have one of these terms, of `among` where it is there.
  DocumentSet with_any(const Terms& terms, const DocumentSet* among) const;
  // To be asked for among the last documents() alone, while this lives. Weighs as to_xapian() does,
  // but beginnings whatever a document's length. Of a query with more than exclusions.
  Xapian::Query ranked(Matching matching);

 private:
  // How often any of several words stands in each document, up to 255: what counts repeatedly is
  // near its end long before.
  using Repetitions = std::vector<std::uint8_t>;
  class BeginningPostings;

  // A phrase, or a beginning, under a field's prefix.
  struct Leaf {
    std::string_view prefix;
    QueryItem item;
    DocumentSet documents;
    Repetitions repetitions;  // of a beginning
  };
  const Leaf& leaf_of(std::string_view prefix, const QueryItem& item, const DocumentSet* among);
  void find_phrase(Leaf& leaf, const DocumentSet* among) const;
  void find_beginning(Leaf& leaf, const DocumentSet* among);

  std::uint64_t cost_of(const QueryClause& clause) const;
  DocumentSet with_word(const Prefixes& prefixes, const QueryWord& word,
                        const DocumentSet* among) const;
  DocumentSet with_item(const QueryItem& item, QueryClause::Occurrence occurrence,
                        const DocumentSet* among);
  DocumentSet with_clause(const QueryClause& clause, const DocumentSet* among);
  DocumentSet with_all(const std::vector<const QueryClause*>& clauses);

  const Reader& reader_;
  const Query& query_;
  const std::vector<Terms>& filters_;
  AdmittedDocuments& admitted_;
  std::optional<DocumentSet> filtered_;  // what passes the filters and is known to be admitted
  std::deque<Leaf> leaves_;
  bool is_beginning_shortened_ = false;
  // Each stands in one place of a query.
  std::deque<std::unique_ptr<Xapian::PostingSource>> sources_;
};

}  // namespace dms::search
