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
// it stays the index is noted as damaged. Thread-safe.
template <class Work>
auto with_reader(ReaderPool& readers, Work&& work)
    -> Result<std::invoke_result_t<Work, const Reader&>> {
  using Value = std::invoke_result_t<Work, const Reader&>;
  constexpr int attempts_max = 3;
  return xapian_guard([&]() -> Result<Value> {
    for (int attempt = 1;; ++attempt) {
      std::unique_ptr<Reader> reader = readers.take(attempt == 1 ? ReaderPool::Freshness::present
                                                                 : ReaderPool::Freshness::newest);
      try {
        Value value = work(std::as_const(*reader));
        readers.give_back(std::move(reader));
        return value;
      } catch (const Xapian::DatabaseModifiedError&) {
        if (attempt == attempts_max) throw;  // the guard says `busy`
      } catch (const Xapian::DatabaseError& error) {
        const bool is_damage = to_error(error).code == ErrorCode::corrupt;
        if (is_damage && attempt < attempts_max) continue;
        if (is_damage) readers.note_damage();
        throw;
      }
    }
  });
}

}  // namespace dms::search
