// Which contents go to the extraction lane, in which order and with which others.

#include <algorithm>
#include <utility>

#include "dms/index_feed.h"
#include "dms/text_extraction.h"

namespace dms {

using std::chrono::milliseconds;
using storage::ContentId;

namespace {

// At once on the lane, which other tenants share: enough that it has work during a commit.
constexpr std::size_t extracting_max = 4;
// Small contents that are read together: a file by itself costs thirty times what its text does,
// but whoever is read with others waits for all of them.
constexpr std::size_t batch_max = 32;
constexpr std::size_t batches_of_queue = 4;
constexpr milliseconds retry_delay{2000};

}  // namespace

void IndexFeed::requeue_retries(Time now) {
  while (!retries_.empty() && retries_.front().at <= now) {
    to_extract_.push_back(retries_.front().content);
    retries_.pop_front();
  }
}

bool IndexFeed::start_extractions() {
  bool started = false;
  while (has_to_extract() && extracting_ < extracting_max && start_batch()) started = true;
  return started;
}

// The oldest, the newest and what is read by itself in turn: a letter filed beside an import of
// thousands is not read after all of them.
bool IndexFeed::start_batch() {
  if (alone_.empty() && turn_ == Turn::alone) turn_ = Turn::oldest;
  if (to_extract_.empty()) turn_ = Turn::alone;
  const std::vector<ContentId> batch = take_batch();
  if (!start_extraction_(batch)) {
    put_back(batch);
    return false;
  }
  ++extracting_;
  turn_ = turn_ == Turn::oldest ? Turn::newest : turn_ == Turn::newest ? Turn::alone : Turn::oldest;
  return true;
}

// Some where many wait: small ones that stand in a row and may be read together.
std::vector<ContentId> IndexFeed::take_batch() {
  std::vector<ContentId> batch;
  if (turn_ == Turn::alone) {
    batch.push_back(alone_.front());
    alone_.pop_front();
    return batch;
  }
  const std::size_t wanted =
      std::clamp<std::size_t>(to_extract_.size() / batches_of_queue, 1, batch_max);
  while (!to_extract_.empty() && batch.size() < wanted) {
    const ContentId next = turn_ == Turn::newest ? to_extract_.back() : to_extract_.front();
    const bool is_large = next.size > small_content_bytes_max;
    if (!batch.empty() && (is_large || !may_be_read_together(next, batch.front()))) break;
    batch.push_back(next);
    if (turn_ == Turn::newest) {
      to_extract_.pop_back();
    } else {
      to_extract_.pop_front();
    }
    if (is_large) break;
  }
  return batch;
}

// One that takes their process over sees the others' texts and may show them as its own: what lies
// in an inbox, where anybody may have sent it, is not read with what is filed or lies in another.
bool IndexFeed::may_be_read_together(const ContentId& one, const ContentId& other) const {
  const auto first = awaited_.find(one);
  const auto second = awaited_.find(other);
  return one.domain == other.domain && first != awaited_.end() && second != awaited_.end() &&
         first->second.inbox == second->second.inbox;
}

void IndexFeed::put_back(const std::vector<ContentId>& batch) {
  for (auto content = batch.rbegin(); content != batch.rend(); ++content) {
    if (turn_ == Turn::newest) {
      to_extract_.push_back(*content);
    } else {
      (turn_ == Turn::alone ? alone_ : to_extract_).push_front(*content);
    }
  }
}

void IndexFeed::extractions_ended(const std::vector<Ended>& batch, Time now) {
  --extracting_;
  for (const Ended& one : batch) {
    if (one.outcome == Outcome::alone) {
      alone_.push_back(one.content);
      continue;
    }
    if (one.outcome == Outcome::try_again) {
      retries_.push_back({now + retry_delay, one.content});
      continue;
    }
    const auto awaited = awaited_.extract(one.content);
    if (awaited.empty()) continue;
    if (one.outcome == Outcome::unobtainable) unobtainable_[one.content] = awaited.mapped().since;
    for (const DocumentId id : awaited.mapped().documents) {
      if (const auto task = tasks_.find(id); task != tasks_.end()) make_ready(id, task->second);
    }
  }
}

}  // namespace dms
