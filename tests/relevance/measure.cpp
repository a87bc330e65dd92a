#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace dms::relevance {

namespace {

using Numbers = std::vector<std::uint32_t>;

bool is_answer(const KnownItem& item, std::uint32_t number) {
  return std::find(item.answers.begin(), item.answers.end(), number) != item.answers.end();
}

double discount(std::size_t rank) {
  return 1.0 / std::log2(static_cast<double>(rank) + 1.0);
}

double ndcg(const KnownItem& item, const Numbers& hits) {
  double gained = 0;
  double possible = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(hits.size(), 10); ++i) {
    if (is_answer(item, hits[i])) gained += discount(i + 1);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(item.answers.size(), 10); ++i) {
    possible += discount(i + 1);
  }
  return gained / possible;
}

double recall(const KnownItem& item, const Numbers& hits, std::size_t depth) {
  const auto end = hits.begin() + static_cast<std::ptrdiff_t>(std::min(hits.size(), depth));
  const auto found = std::count_if(hits.begin(), end,
                                   [&](std::uint32_t number) { return is_answer(item, number); });
  return static_cast<double>(found) / static_cast<double>(std::min(item.answers.size(), depth));
}

void add_query(Scores& scores, const KnownItem& item, const Numbers& hits, std::size_t index) {
  scores.ndcg_at_10 += ndcg(item, hits);
  scores.recall_at_10 += recall(item, hits, 10);
  scores.recall_at_50 += recall(item, hits, 50);
  const auto end =
      hits.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(hits.size(), 10));
  const auto found = std::find_if(hits.begin(), end,
                                  [&](std::uint32_t number) { return is_answer(item, number); });
  if (found == end) {
    scores.missed.push_back(index);
    return;
  }
  scores.hit_at_10 += 1;
  scores.mrr_at_10 += 1.0 / static_cast<double>(found - hits.begin() + 1);
}

}  // namespace

Scores ask(Engine& engine, const std::vector<KnownItem>& items, std::size_t depth) {
  Scores scores;
  scores.queries = items.size();
  std::vector<double> times_ms;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const Numbers hits = engine.best(items[i].query, depth);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    times_ms.push_back(took.count());
    add_query(scores, items[i], hits, i);
  }
  const auto count = static_cast<double>(std::max<std::size_t>(items.size(), 1));
  for (double* sum : {&scores.hit_at_10, &scores.mrr_at_10, &scores.ndcg_at_10,
                      &scores.recall_at_10, &scores.recall_at_50}) {
    *sum /= count;
  }
  std::sort(times_ms.begin(), times_ms.end());
  if (!times_ms.empty()) {
    scores.median_ms = times_ms[times_ms.size() / 2];
    scores.p99_ms = times_ms[times_ms.size() * 99 / 100];
  }
  return scores;
}

}  // namespace dms::relevance
