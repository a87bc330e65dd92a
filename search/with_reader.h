#pragma once

// One piece of reading on a pooled reader. Private to search.

#include <xapian.h>

#include <memory>
#include <type_traits>
#include <utility>

#include "search/index_reader.h"
#include "search/xapian_guard.h"

namespace dms::search {

// Runs `work(const Reader&)`, which returns values; again on a newer reader where the writer has
// overtaken it, three times at most, then `busy`. What looks like damage may be that, too: only if
// it stays these files are noted as damaged. So they are where readers are overtaken again and
// again though nothing was committed. Of damaged files the answer is `unavailable`: search is being
// rebuilt. Thread-safe.
template <class Work>
auto with_reader(ReaderPool& readers, Work&& work)
    -> Result<std::invoke_result_t<Work, const Reader&>> {
  using Value = std::invoke_result_t<Work, const Reader&>;
  constexpr int attempts_max = 3;
  for (int attempt = 1;; ++attempt) {
    ReaderPool::Moment moment = readers.moment();
    Result<Value> outcome = xapian_guard([&]() -> Result<Value> {
      std::unique_ptr<Reader> reader = readers.take(attempt == 1 ? ReaderPool::Freshness::present
                                                                 : ReaderPool::Freshness::newest);
      moment = {reader->edition, reader->generation};
      Value value = work(std::as_const(*reader));
      readers.give_back(std::move(reader));
      return value;
    });
    const bool is_damage = !outcome && outcome.error().code == ErrorCode::corrupt;
    const bool is_overtaken = !outcome && outcome.error().code == ErrorCode::busy;
    if ((is_damage || is_overtaken) && attempt < attempts_max) continue;
    if (is_damage) readers.note_damage(moment.edition);
    if (is_overtaken) readers.note_overtaken(moment);
    if (is_damage || (is_overtaken && readers.is_damaged())) {
      return fail(being_rebuilt(outcome.error()));
    }
    return outcome;
  }
}

}  // namespace dms::search
