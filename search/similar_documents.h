#pragma once

// Which documents are alike: those that share the words by which one of them stands out, or by
// which a text does that is in no index. What makes
// a word stand out, and what it weighs, is counted among the documents the asker may see alone;
// words and numbers of hidden ones have no part in it. Private to search.

#include <xapian.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dms/base/digest.h"
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
  // The best of those that are like `text`, and one of those with the same text.
  std::vector<Hit> to(const SimilarText& text, std::size_t limit);

 private:
  struct Word {
    std::string body_term;
    std::string subject_term;
    double repeated = 0;   // how much the text itself says it
    double most_said = 0;  // in its body or its subject, where it says it more often
    double weight = 0;
    bool is_alone = false;  // nobody else whom the asker sees says it
  };

  // What is asked for: a document, or a text that is none.
  struct Asked {
    std::vector<Word> words;
    double length = 0;             // occurrences of terms, as Xapian counts a document's
    std::optional<Uuid> document;  // where it is one
  };

  std::vector<Hit> best(Asked asked, std::size_t limit, std::set<Sha256Digest> texts);
  static std::vector<Word> words_of(Xapian::TermIterator at, const Xapian::TermIterator& end);
  void weigh(std::vector<Word>& words, std::size_t itself) const;
  void keep_shared(std::vector<Word>& words, std::size_t itself);
  // In how many of the sample it stands; `most` and more are the same.
  std::size_t frequency(const Word& word, std::size_t most) const;
  bool is_shared(const Word& word, std::size_t itself);
  static Xapian::Query query_for(const Asked& asked);
  // What it would be worth as its own hit, with what it alone says.
  static double own_worth(const Asked& asked);

  const Reader& reader_;
  AdmittedDocuments admitted_;
  std::vector<Xapian::docid> sample_;  // of what the asker may see, ascending
  bool is_whole_ = false;              // the sample is all of it
  std::uint64_t postings_left_;
};

}  // namespace dms::search
