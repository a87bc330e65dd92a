#pragma once

// Which documents are alike: those that share the words by which one of them stands out. What makes
// a word stand out, and what it weighs, is counted among the documents the asker may see alone;
// words and numbers of hidden ones have no part in it. Private to search.

#include <xapian.h>

#include <string>
#include <vector>

#include "search/columns.h"
#include "search/index.h"
#include "search/index_reader.h"

namespace dms::search {

// One request on one reader; throws Xapian's errors. Borrows both.
class SimilarDocuments {
 public:
  SimilarDocuments(const Reader& reader, const AdmittedDocuments::Seen& seen);

  // The best of those that are like `document`, without itself and without more of one text; none
  // where it is not in the index or says nothing that others say, too.
  std::vector<Hit> of(const Uuid& document, std::size_t limit);

 private:
  struct Word {
    std::string body_term;
    std::string subject_term;
    double repeated = 0;  // how much the document itself says it
    double weight = 0;
    bool is_alone = false;  // nobody else whom the asker sees says it
  };

  std::vector<Word> words_of(Xapian::docid document) const;
  void weigh(std::vector<Word>& words) const;
  void keep_shared(std::vector<Word>& words);
  // In how many of the sample it stands; `most` and more are the same.
  std::size_t frequency(const Word& word, std::size_t most) const;
  bool is_shared(const Word& word);
  Xapian::Query query_for(const std::vector<Word>& words, const Uuid& document) const;
  // What the document would be worth as its own hit, with what it alone says.
  double own_worth(const std::vector<Word>& words, Xapian::docid document) const;

  const Reader& reader_;
  AdmittedDocuments admitted_;
  std::vector<Xapian::docid> sample_;  // of what the asker may see, ascending
  bool is_whole_ = false;              // the sample is all of it
  std::uint64_t postings_left_;
};

}  // namespace dms::search
