#pragma once

// The first hits of a search by relevance, put in order once more by what single words' weights do
// not see: whether the words of the query stand beside each other, all in one place, and how near
// the beginning of the text that is, where titles stand. Private to search.

#include <xapian.h>

#include <cstddef>
#include <string>
#include <vector>

#include "search/query.h"

namespace dms::search {

// So many hits are looked at: more moved nothing (tests/relevance/README.md) and costs time, about
// a tenth of a millisecond a hit.
inline constexpr Xapian::doccount second_look_hits = 50;

// For one query on one state of an index; borrows the database. The same hits always come in the
// same order, whatever the page, so that cursors lead on.
class SecondLook {
 public:
  SecondLook(const Xapian::Database& database, const Query& query);

  // Places in `hits`, which begin with the best of all: the first second_look_hits anew, the others
  // as they are. Throws Xapian's errors.
  std::vector<Xapian::doccount> order(const Xapian::MSet& hits) const;

 private:
  using Positions = std::vector<Xapian::termpos>;
  // A word of the query, or several of which any will do, as the terms that have positions: those
  // of the body, and those of all other fields, which are counted apart.
  struct Word {
    std::vector<std::string> body_terms;
    std::vector<std::string> other_terms;
    double rarity = 0;
  };
  // Where each word stands.
  using Places = std::vector<Positions>;

  void add_word(Word word);
  Positions positions_of(Xapian::docid document, const std::vector<std::string>& terms) const;
  double score(Xapian::docid document) const;
  double neighbours(const Places& body, const Places& other) const;
  double met(const Places& body, const Places& other) const;
  struct Gathering {
    double share = 0;  // of the query, by rarity, that stands within one place
    Xapian::termpos begin = 0;
  };
  Gathering gathering(const Places& places) const;

  const Xapian::Database& database_;
  std::vector<Word> words_;
  double rarity_ = 0;  // of all words together
};

}  // namespace dms::search
