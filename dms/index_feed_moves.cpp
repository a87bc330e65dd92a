// What was moved or thrown away is hidden until the index knows it.

#include <utility>

#include "dms/index_feed.h"

namespace dms {

using storage::JournalEntry;

namespace {

constexpr std::size_t journal_batch = 256;
constexpr std::size_t put_at_once = 16;

// After which whoever saw a document may see it no longer.
bool takes_away(std::string_view kind) {
  return kind == "document.moved_in" || kind == "document.binned" || kind == "document.erased" ||
         kind == "inbound_item.moved_in" || kind == "inbound_item.filed" ||
         kind == "inbound_item.discarded" || kind == "inbound_item.erased";
}

}  // namespace

Result<bool> IndexFeed::hide_moved() {
  bool worked = false;
  const std::uint64_t head = store_.journal_head().sequence;
  while (moves_read_ < head) {
    const std::vector<JournalEntry> entries =
        DMS_TRY(store_.read_journal(moves_read_, journal_batch));
    if (entries.empty()) break;
    std::vector<Uuid> moved;
    for (const JournalEntry& entry : entries) {
      moves_read_ = entry.sequence;
      if (!takes_away(entry.kind)) continue;
      moved.push_back(entry.object);
      hidden_[DocumentId{entry.object}] = Hidden::until_put;
      put_first(DocumentId{entry.object}, entry.sequence);
    }
    if (!moved.empty()) index_.hide(moved);
    worked = worked || !moved.empty();
  }
  return worked;
}

// Instead of what was hidden until now, which is shown by the next show_moved().
Result<void> IndexFeed::hide_since(std::uint64_t sequence) {
  const auto before = std::exchange(hidden_, {});
  moved_.clear();
  moves_read_ = sequence;
  const Result<bool> read = hide_moved();
  if (!read) {
    hidden_.insert(before.begin(), before.end());
    return fail(read.error());
  }
  for (const auto& [id, hidden] : before) {
    if (!hidden_.contains(id)) shown_.push_back(id.value);
  }
  return {};
}

void IndexFeed::put_first(DocumentId id, std::uint64_t sequence) {
  name(id, sequence);
  moved_.push_back(id);
}

void IndexFeed::put_again(DocumentId id) {
  again_.insert(id);
  ask_again();
}

// Nothing that is complete already becomes less so by it. No event names them: a text that cannot
// be had is not asked for again and again.
void IndexFeed::ask_again() {
  for (const DocumentId id : again_) {
    name(id, read_sequence_ + 1).asked = read_sequence_;
    moved_.push_back(id);
  }
}

std::vector<DocumentId> IndexFeed::take_put_again() {
  return uncommitted_ == 0 ? std::exchange(put_again_, {}) : std::vector<DocumentId>();
}

Result<bool> IndexFeed::process_moved(Time now) {
  std::size_t done = 0;
  for (; done < put_at_once && !moved_.empty(); ++done) {
    const DocumentId id = moved_.front();
    if (tasks_.contains(id)) DMS_TRY(process(id, Showing::now, now));
    moved_.pop_front();
  }
  return done > 0;
}

void IndexFeed::show_moved() {
  for (auto at = hidden_.begin(); at != hidden_.end();) {
    if (at->second == Hidden::until_committed) {
      shown_.push_back(at->first.value);
      at = hidden_.erase(at);
    } else {
      ++at;
    }
  }
  // Left by what failed, and moved once more since.
  std::erase_if(shown_, [&](const Uuid& id) { return hidden_.contains(DocumentId{id}); });
  if (!shown_.empty()) index_.show(std::exchange(shown_, {}));
}

}  // namespace dms
