#pragma once

// Words out of documents that the asker may see, for suggestions: how a begun word may go on, and
// what a word that is hardly found may have been meant for. A word that stands in hidden documents
// alone is never among them, and how often it stands there counts nothing. Private to search.

#include <xapian.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search/columns.h"
#include "search/index.h"
#include "search/index_reader.h"
#include "search/query.h"

namespace dms::search {

// For one request on one reader. All of it throws Xapian's errors.
class KnownWords {
 public:
  // Borrows both.
  KnownWords(const Reader& reader, const AdmittedDocuments::Seen& seen);

  std::vector<Completion> complete(std::string_view typed, std::size_t limit);
  std::vector<Correction> corrections(const Query& query);

 private:
  // Of documents the asker may see.
  struct Count {
    std::uint64_t documents = 0;
    Xapian::docid first = 0;
  };
  struct Variant {
    std::string written;
    Xapian::doccount documents = 0;  // of all
  };
  struct Word {
    std::string exact;
    std::vector<Variant> variants;
    std::uint64_t documents = 0;  // of all
  };

  // Those with any of `terms`, counted up to `most`.
  Count count(const std::vector<std::string>& terms, std::uint64_t most);
  // How often and in which form the asker sees the word in fields other than the body.
  KnownWord seen_as(const Word& word);
  std::vector<Word> words_beginning(const std::string& begun) const;
  bool scan(const std::string& beginning, std::size_t most, std::vector<Word>& words) const;
  // Whether the asker sees a document that answers the query.
  bool finds(const Xapian::Query& query) const;
  // The most frequent for the asker first.
  std::vector<KnownWord> seen_beginning(const std::string& begun);
  // The first `limit` of `words` that stand with `before` in a document the asker sees.
  std::vector<KnownWord> going_with(const Query& before, const std::vector<KnownWord>& words,
                                    std::size_t limit) const;
  std::optional<Correction> correction(const QueryWord& word);
  std::optional<KnownWord> known(const std::string& exact);

  const Reader& reader_;
  AdmittedDocuments::Seen seen_;
  AdmittedDocuments admitted_;
  std::uint64_t postings_left_;
  std::size_t terms_left_;
};

}  // namespace dms::search
