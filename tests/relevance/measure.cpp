#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "dms/base/bytes.h"

namespace dms::relevance {

namespace {

Uuid uuid_of(std::uint32_t number) {
  std::string bytes(12, '\0');
  append_big_endian(bytes, number);
  return *uuid_from_raw(bytes);
}

std::uint32_t number_of(const Uuid& uuid) {
  return *read_big_endian_32(raw_bytes(uuid).substr(12));
}

void require(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "relevance: %s\n", result.error().hint.c_str());
  std::exit(1);
}

bool is_answer(const KnownItem& item, const search::Hit& hit) {
  const std::uint32_t number = number_of(hit.document);
  return std::find(item.answers.begin(), item.answers.end(), number) != item.answers.end();
}

double discount(std::size_t rank) {
  return 1.0 / std::log2(static_cast<double>(rank) + 1.0);
}

double ndcg(const KnownItem& item, const std::vector<search::Hit>& hits) {
  double gained = 0;
  double possible = 0;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (is_answer(item, hits[i])) gained += discount(i + 1);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(item.answers.size(), 10); ++i) {
    possible += discount(i + 1);
  }
  return gained / possible;
}

}  // namespace

void Filler::add(std::string text) {
  bytes_ += text.size();
  search::IndexDocument document;
  document.id = uuid_of(count_++);
  document.body = std::move(text);
  require(index_.put(document));
}

void Filler::finish() {
  require(index_.commit({{}, count_, {}, 0}));
}

Scores ask(const search::SearchIndex& index, const std::vector<KnownItem>& items) {
  Scores scores;
  scores.queries = items.size();
  std::vector<double> times_ms;
  for (std::size_t i = 0; i < items.size(); ++i) {
    search::SearchRequest request;
    request.query = items[i].query;
    request.limit = 10;
    const auto begin = std::chrono::steady_clock::now();
    const auto results = index.search(request, [](const Uuid&) { return true; });
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    times_ms.push_back(took.count());
    const std::vector<search::Hit> none;
    const auto& hits = results ? results->hits : none;
    const auto found = std::find_if(
        hits.begin(), hits.end(), [&](const search::Hit& hit) { return is_answer(items[i], hit); });
    scores.ndcg_at_10 += ndcg(items[i], hits);
    if (found == hits.end()) {
      scores.missed.push_back(i);
      continue;
    }
    scores.hit_at_10 += 1;
    scores.mrr_at_10 += 1.0 / static_cast<double>(found - hits.begin() + 1);
  }
  const auto count = static_cast<double>(std::max<std::size_t>(items.size(), 1));
  scores.hit_at_10 /= count;
  scores.mrr_at_10 /= count;
  scores.ndcg_at_10 /= count;
  std::sort(times_ms.begin(), times_ms.end());
  if (!times_ms.empty()) {
    scores.median_ms = times_ms[times_ms.size() / 2];
    scores.p99_ms = times_ms[times_ms.size() * 99 / 100];
  }
  return scores;
}

}  // namespace dms::relevance
