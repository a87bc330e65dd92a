#pragma once

// Documents as bits, by Xapian's document id. Private to search.

#include <xapian.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dms::search {

class DocumentSet {
 public:
  DocumentSet() = default;
  // For ids below `end`, rounded up.
  explicit DocumentSet(std::size_t end) : words_((end + word_bits - 1) / word_bits) {}
  static DocumentSet all_below(std::size_t end) {
    DocumentSet all(end);
    std::fill(all.words_.begin(), all.words_.end(), ~std::uint64_t{0});
    return all;
  }

  // What is beyond the end is passed over: only a damaged index says so.
  void insert(Xapian::docid id) {
    const std::size_t word = id / word_bits;
    if (word < words_.size()) words_[word] |= bit_of(id);
  }
  bool contains(Xapian::docid id) const {
    const std::size_t word = id / word_bits;
    return word < words_.size() && (words_[word] & bit_of(id)) != 0;
  }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
  }
  std::uint64_t count() const {
    std::uint64_t bits = 0;
    for (const std::uint64_t word : words_) bits += static_cast<unsigned>(std::popcount(word));
    return bits;
  }

  DocumentSet& operator|=(const DocumentSet& other) {
    if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
    for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  DocumentSet& operator&=(const DocumentSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      words_[i] &= i < other.words_.size() ? other.words_[i] : 0;
    }
    return *this;
  }
  DocumentSet& operator-=(const DocumentSet& other) {
    const std::size_t both = std::min(words_.size(), other.words_.size());
    for (std::size_t i = 0; i < both; ++i) words_[i] &= ~other.words_[i];
    return *this;
  }

  // Takes over what the other says of the ids [begin, end), multiples of 64 below both ends.
  void copy_range(const DocumentSet& other, std::size_t begin, std::size_t end) {
    std::copy(other.words_.begin() + static_cast<std::ptrdiff_t>(begin / word_bits),
              other.words_.begin() + static_cast<std::ptrdiff_t>(end / word_bits),
              words_.begin() + static_cast<std::ptrdiff_t>(begin / word_bits));
  }

  // The first from `id` on; 0 where there is none, for no document has that id.
  Xapian::docid first_from(Xapian::docid id) const {
    std::size_t word = id / word_bits;
    if (word >= words_.size()) return 0;
    std::uint64_t bits = words_[word] & (~std::uint64_t{0} << id % word_bits);
    while (bits == 0) {
      if (++word == words_.size()) return 0;
      bits = words_[word];
    }
    return id_of(word, bits);
  }
  // Calls `each` with the ids, ascending.
  template <class Each>
  void for_each(Each&& each) const {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (std::uint64_t bits = words_[word]; bits != 0; bits &= bits - 1) each(id_of(word, bits));
    }
  }

 private:
  static constexpr std::size_t word_bits = 64;
  static std::uint64_t bit_of(Xapian::docid id) { return std::uint64_t{1} << id % word_bits; }
  static Xapian::docid id_of(std::size_t word, std::uint64_t bits) {
    return static_cast<Xapian::docid>(word * word_bits) +
           static_cast<Xapian::docid>(std::countr_zero(bits));
  }

  std::vector<std::uint64_t> words_;
};

// A set as a source of postings without weight: to be the right side of a FILTER. Borrows it; for
// one match at a time.
class SetPostings : public Xapian::PostingSource {
 public:
  explicit SetPostings(const DocumentSet& documents)
      : documents_(documents), count_(static_cast<Xapian::doccount>(documents.count())) {}

  void init(const Xapian::Database& /*database*/) override {
    current_ = 0;
    is_at_end_ = false;
  }
  Xapian::doccount get_termfreq_min() const override { return count_; }
  Xapian::doccount get_termfreq_est() const override { return count_; }
  Xapian::doccount get_termfreq_max() const override { return count_; }
  void next(double /*min_weight*/) override { move_to(current_ + 1); }
  void skip_to(Xapian::docid document, double /*min_weight*/) override {
    if (document > current_) move_to(document);
  }
  bool at_end() const override { return is_at_end_; }
  Xapian::docid get_docid() const override { return current_; }

 private:
  void move_to(Xapian::docid from) {
    if (is_at_end_) return;
    const Xapian::docid first = documents_.first_from(from);
    is_at_end_ = first == 0;
    if (!is_at_end_) current_ = first;
  }

  const DocumentSet& documents_;
  const Xapian::doccount count_;
  Xapian::docid current_ = 0;
  bool is_at_end_ = false;
};

}  // namespace dms::search
