#pragma once

// Words of an index that are hardly another than a given one: typing errors. Private to search.

#include <xapian.h>

#include <string>
#include <string_view>
#include <vector>

namespace dms::search {

struct SimilarWord {
  std::string exact;
  unsigned distance = 0;  // insertions, omissions, replacements and exchanges of neighbours
  Xapian::doccount documents = 0;  // of all, hidden ones too: good for an order of trying only
};

// In how many places a word of so many letters may be mistyped: in none of three and less, in one,
// from eight on in two, but then not in its first letter too.
unsigned mistakes_max(std::size_t letters);

// The distance, or anything above `most` where it is more than that.
unsigned distance_within(std::string_view a, std::string_view b, unsigned most);

// Words of the lists of exact forms and of written words (fields.h) within mistakes_max() of
// `word`, without itself, each once, the nearest and then the most frequent first. `word` holds
// letters a to z only. Looks at no more than some ten thousand terms, mostly at some hundred: whole
// branches of the alphabet are passed over. Takes each of them off `terms_left` and ends where
// nothing is left. Throws Xapian's errors.
std::vector<SimilarWord> similar_words(const Xapian::Database& database, std::string_view word,
                                       std::size_t& terms_left);

}  // namespace dms::search
