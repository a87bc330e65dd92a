#pragma once

// Remembers answers of the store while it does not change: what was asked is asked again only after
// the next commit. For answers that many requests ask for one after the other (a viewer fetches one
// document in dozens of ranges), and that depend on the store and the question alone: where time
// counts, it is part of the question.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "dms/base/mutex.h"
#include "dms/base/result.h"
#include "storage/store.h"

namespace dms {

// Borrows the store. Thread-safe.
template <class Question, class Answer, class Hash>
class StateMemo {
 public:
  using Known = std::shared_ptr<const Answer>;

  StateMemo(const storage::Store& store, std::size_t answers_max)
      : store_(store), answers_max_(answers_max) {}

  // The answer to `question`: remembered, or what `ask` (() → Result<Answer>) returns. Errors are
  // not remembered. `ask` runs without a lock, on several threads at a time if need be.
  template <class Ask>
  Result<Known> get(const Question& question, Ask ask) {
    // Before the asking: an answer may be newer than the state it is kept under, never older.
    const std::uint64_t state = store_.state_number();
    if (Known known = find(state, question)) return known;
    auto answer = std::make_shared<const Answer>(DMS_TRY(ask()));
    keep(state, question, answer);
    return Known(std::move(answer));
  }

 private:
  Known find(std::uint64_t state, const Question& question) const {
    const MutexLock lock(mutex_);
    if (state != state_) return nullptr;
    const auto found = answers_.find(question);
    return found == answers_.end() ? nullptr : found->second;
  }

  void keep(std::uint64_t state, const Question& question, Known answer) {
    const MutexLock lock(mutex_);
    if (state < state_) return;
    if (state > state_ || answers_.size() >= answers_max_) answers_.clear();
    state_ = state;
    answers_.insert_or_assign(question, std::move(answer));
  }

  const storage::Store& store_;
  const std::size_t answers_max_;
  mutable Mutex mutex_;
  std::uint64_t state_ DMS_GUARDED_BY(mutex_) = 0;
  std::unordered_map<Question, Known, Hash> answers_ DMS_GUARDED_BY(mutex_);
};

}  // namespace dms
