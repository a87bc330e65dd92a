#pragma once

// Asks an engine and scores its answers.

#include <cstddef>
#include <vector>

#include "engines.h"

namespace dms::relevance {

struct Scores {
  std::size_t queries = 0;
  double hit_at_10 = 0;  // share of queries with an answer among the first ten
  double mrr_at_10 = 0;  // mean of 1/rank of the first answer, 0 beyond ten
  double ndcg_at_10 = 0;
  double recall_at_10 = 0;  // mean share of the answers (of at most ten) among the first ten
  double recall_at_50 = 0;  // the same of fifty; only where as many were asked for
  double median_ms = 0;
  double p99_ms = 0;
  std::vector<std::size_t> missed;  // indices of queries without an answer among the ten
};

Scores ask(Engine& engine, const std::vector<KnownItem>& items, std::size_t depth);

}  // namespace dms::relevance
