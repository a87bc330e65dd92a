#pragma once

// Fills an index with texts, asks it and scores the answers.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "search/index.h"
#include "support/known_items.h"

namespace dms::relevance {

using test::KnownItem;

// Puts texts into an index as bodies of documents numbered from 0; nothing else is indexed.
class Filler {
 public:
  explicit Filler(search::SearchIndex& index) : index_(index) {}
  void add(std::string text);
  void finish();
  std::uint64_t texts() const { return count_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  search::SearchIndex& index_;
  std::uint32_t count_ = 0;
  std::uint64_t bytes_ = 0;
};

struct Scores {
  std::size_t queries = 0;
  double hit_at_10 = 0;  // share of queries with an answer among the first ten
  double mrr_at_10 = 0;  // mean of 1/rank of the first answer, 0 beyond ten
  double ndcg_at_10 = 0;
  double median_ms = 0;
  double p99_ms = 0;
  std::vector<std::size_t> missed;  // indices of queries without an answer among the ten
};

Scores ask(const search::SearchIndex& index, const std::vector<KnownItem>& items);

}  // namespace dms::relevance
