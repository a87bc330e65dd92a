#include "dms/index_feed.h"

#include <algorithm>
#include <utility>

#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/inbox_record.h"
#include "dms/text_extraction.h"

namespace dms {

using search::IndexPosition;
using std::chrono::milliseconds;
using storage::ContentId;
using storage::JournalEntry;
using storage::View;

namespace {

// A document whose text takes longer is first shown without it.
constexpr milliseconds text_is_late{500};
// The same at once where so many contents wait for the lane.
constexpr std::size_t long_queue = 16;
// At once on the lane, which other tenants share: enough that it has work during a commit.
constexpr std::size_t extracting_max = 4;
// Small contents that are read together: a file by itself costs thirty times what its text does,
// but whoever is read with others waits for all of them.
constexpr std::size_t batch_max = 32;
constexpr std::size_t batches_of_queue = 4;
constexpr milliseconds retry_delay{2000};

// A commit of the index costs some milliseconds, more in a large index and on a busy disk: it waits
// for a pause, but not long, and among many writes takes a fifth of the time at most.
constexpr milliseconds pause{50};
constexpr milliseconds commit_delay_min{300};
constexpr milliseconds commit_delay_max{1500};
constexpr int commit_delay_factor = 4;
constexpr milliseconds rebuild_commit_delay_max{5000};
constexpr std::size_t commit_writes_max = 1000;
// A position alone is worth a commit when so many events would be read again.
constexpr std::uint64_t position_lag_max = 5000;

constexpr std::size_t journal_batch = 256;
constexpr std::size_t ready_batch = 16;
constexpr std::size_t long_row = 64;
constexpr std::size_t sweep_page = 100;
constexpr std::size_t tasks_max = 20'000;  // beyond, the journal waits

// What is outstanding as long as a whole index is: all of the journal.
constexpr std::uint64_t everything = 1;

}  // namespace

IndexFeed::IndexFeed(storage::Store& store, search::SearchIndex& index, Log& log, Options options,
                     StartExtraction start_extraction)
    : store_(store),
      index_(index),
      log_(log),
      options_(std::move(options)),
      start_extraction_(std::move(start_extraction)) {}

Result<bool> IndexFeed::begin() {
  const std::optional<IndexPosition> position = DMS_TRY(index_.position());
  const bool is_filled = position && position->sequence > 0;
  if (is_filled && position->source_version == index_source_version) {
    read_sequence_ = committed_sequence_ = position->sequence;
    return false;
  }
  // The records are read later than this head, so they hold at least all it stands for.
  read_sequence_ = store_.journal_head().sequence;
  if (read_sequence_ == 0) return false;
  rebuilding_ = true;
  if (is_filled) {
    sweep_all();
    return false;
  }
  awaits_build_ = true;
  lacks_documents_ = true;
  outstanding_.insert(everything);
  return true;
}

void IndexFeed::sweep_all() {
  stop_awaiting_build();
  rebuilding_ = true;
  for (const Sweep::Of of : {Sweep::Of::all_documents, Sweep::Of::all_items}) {
    sweeps_.push_back({of, {}, {}, everything});
    outstanding_.insert(everything);
  }
  log_.info("index_sweep_started", {{"tenant", options_.tenant}});
}

Result<bool> IndexFeed::restart() {
  forget_all();
  read_sequence_ = committed_sequence_ = 0;
  broken_ = true;  // until it has begun
  const bool is_to_be_filled = DMS_TRY(begin());
  broken_ = false;
  return is_to_be_filled;
}

// What is being extracted comes back to nobody; who waits for it is put again by the journal.
void IndexFeed::forget_all() {
  tasks_.clear();
  outstanding_.clear();
  ready_.clear();
  late_.clear();
  sweeps_.clear();
  awaited_.clear();
  to_extract_.clear();
  alone_.clear();
  retries_.clear();
  uncommitted_ = 0;
  rebuilding_ = false;
  awaits_build_ = false;
  lacks_documents_ = false;
}

Result<void> IndexFeed::adopt(const std::string& joined_folder) {
  DMS_TRY(checked(index_.adopt(joined_folder)));
  const std::optional<IndexPosition> position = DMS_TRY(index_.position());
  if (!position) return checked(fail(operator_error(ErrorCode::internal, "index without place")));
  forget_all();
  broken_ = false;
  read_sequence_ = committed_sequence_ = position->sequence;
  log_.info("index_rebuilt", {{"tenant", options_.tenant}, {"documents", index_.document_count()}});
  return {};
}

void IndexFeed::stop_awaiting_build() {
  if (std::exchange(awaits_build_, false)) outstanding_.erase(outstanding_.find(everything));
}

Result<bool> IndexFeed::step(Time now) {
  requeue_retries(now);
  bool worked = DMS_TRY(read_journal());
  worked = DMS_TRY(continue_sweep()) || worked;
  worked = DMS_TRY(process_ready(now)) || worked;
  worked = DMS_TRY(show_late(now)) || worked;
  worked = start_extractions() || worked;
  if (commit_is_due(now)) {
    DMS_TRY(commit());
    worked = true;
  }
  return worked;
}

IndexFeed::Time IndexFeed::wake_at(Time now) const {
  Time at = now + std::chrono::hours{1};
  if (!late_.empty()) at = std::min(at, late_.front().at);
  if (!retries_.empty()) at = std::min(at, retries_.front().at);
  if (has_to_extract() && extracting_ == 0) at = std::min(at, now + pause);
  if (uncommitted_ > 0) {
    const Time latest = first_write_ + commit_delay();
    at = std::min(at, at_rest() ? std::min(last_write_ + pause, latest) : latest);
  }
  return at;
}

// ---- what to do

Result<bool> IndexFeed::read_journal() {
  if (tasks_.size() >= tasks_max || store_.journal_head().sequence <= read_sequence_) return false;
  const std::vector<JournalEntry> entries =
      DMS_TRY(store_.read_journal(read_sequence_, journal_batch));
  for (const JournalEntry& entry : entries) {
    take_entry(entry);
    read_sequence_ = entry.sequence;
  }
  return !entries.empty();
}

void IndexFeed::take_entry(const JournalEntry& entry) {
  if (entry.kind.starts_with("document.") || entry.kind.starts_with("inbound_item.")) {
    add_task(DocumentId{entry.object}, entry.sequence);
  } else if (entry.kind == dossier_retitled) {
    sweeps_.push_back({Sweep::Of::dossier, DossierId{entry.object}, {}, entry.sequence});
    outstanding_.insert(entry.sequence);
  }
}

Result<bool> IndexFeed::continue_sweep() {
  // What was filed just now goes before what is put again.
  if (sweeps_.empty() || !ready_.empty() || tasks_.size() >= tasks_max) return false;
  Sweep& sweep = sweeps_.front();
  using Keys = std::vector<std::string>;
  const Keys keys = DMS_TRY(store_.read<Keys>([&](const View& view) -> Result<Keys> {
    storage::ScanOptions options;
    options.after = sweep.after;
    options.limit = sweep_page;
    if (sweep.of != Sweep::Of::dossier) {
      const bool is_of_items = sweep.of == Sweep::Of::all_items;
      Keys all = DMS_TRY(
          view.read_keys(is_of_items ? inbound_item_table.name : document_table.name, options));
      if (!all.empty()) sweep.after = all.back();
      return all;
    }
    options.prefix = document_dossier_prefix(sweep.dossier);
    Keys found;
    for (storage::RawEntry& entry :
         DMS_TRY(view.read_index(document_table.name, "dossier", options))) {
      sweep.after = entry.index_key;
      found.push_back(std::move(entry.record_key));
    }
    return found;
  }));
  for (const std::string& key : keys) {
    if (const auto id = uuid_from_raw(key)) add_task(DocumentId{*id}, sweep.sequence);
  }
  if (keys.size() < sweep_page) {
    if (sweep.of == Sweep::Of::all_items) {
      rebuilding_ = false;
      lacks_documents_ = false;
      log_.info("index_rebuild_read", {{"tenant", options_.tenant}});
    }
    outstanding_.erase(outstanding_.find(sweep.sequence));
    sweeps_.pop_front();
  }
  return true;
}

// In a long row the oldest and the newest in turn: after a start, all whose texts were still to be
// read are put once more, and what was filed last does not wait for them.
Result<bool> IndexFeed::process_ready(Time now) {
  std::size_t done = 0;
  for (; done < ready_batch && !ready_.empty(); ++done) {
    const bool takes_newest = done % 2 == 1 && ready_.size() > long_row;
    const DocumentId id = takes_newest ? ready_.back() : ready_.front();
    DMS_TRY(process(id, Showing::when_text_is_late, now));
    if (takes_newest) {
      ready_.pop_back();
    } else {
      ready_.pop_front();
    }
    if (const auto task = tasks_.find(id); task != tasks_.end()) task->second.ready = false;
  }
  return done > 0;
}

Result<bool> IndexFeed::show_late(Time now) {
  bool worked = false;
  while (!late_.empty() && late_.front().at <= now) {
    const DocumentId id = late_.front().document;
    const auto task = tasks_.find(id);
    if (task != tasks_.end() && !task->second.shown && !task->second.ready) {
      DMS_TRY(process(id, Showing::now, now));
      worked = true;
    }
    late_.pop_front();
  }
  return worked;
}

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

// ---- one document

Result<void> IndexFeed::process(DocumentId id, Showing showing, Time now) {
  const Result<Indexable> made = make_indexable(store_, id, options_.refused);
  if (!made) {
    // One damaged record must not keep all others from being found; verify tells of it too.
    if (made.error().code != ErrorCode::corrupt && made.error().code != ErrorCode::not_found) {
      return fail(made.error());
    }
    log_.error("document_not_indexed",
               {{"tenant", options_.tenant}, {"document", id.text()}, {"hint", made.error().hint}});
    finish(id);
    return {};
  }
  if (!made->document) DMS_TRY(remove(id, now));
  if (made->without_text && !is_unobtainable(*made->without_text, tasks_.at(id))) {
    return await_text(id, tasks_.at(id), *made, showing, now);
  }
  if (made->document) DMS_TRY(put(*made->document, now));
  finish(id);
  return {};
}

// Who names a content after its text was asked for in vain may have filed anew what was erased.
bool IndexFeed::is_unobtainable(const ContentId& content, const Task& task) const {
  const auto found = unobtainable_.find(content);
  return found != unobtainable_.end() && task.asked <= found->second;
}

Result<void> IndexFeed::await_text(DocumentId id, Task& task, const Indexable& indexable,
                                   Showing showing, Time now) {
  const auto [awaited, first] =
      awaited_.try_emplace(*indexable.without_text, Awaited{read_sequence_, {}, {}});
  if (first) to_extract_.push_back(*indexable.without_text);
  if (indexable.inbox) awaited->second.inbox = indexable.inbox;
  std::vector<DocumentId>& documents = awaited->second.documents;
  if (std::find(documents.begin(), documents.end(), id) == documents.end()) {
    documents.push_back(id);
  }
  if (!indexable.document) return {};
  if (showing == Showing::now || awaited_.size() > long_queue) {
    DMS_TRY(put(*indexable.document, now));
    task.shown = true;
  } else {
    task.shown = false;
    late_.push_back({now + text_is_late, id});
  }
  return {};
}

void IndexFeed::add_task(DocumentId id, std::uint64_t sequence) {
  const auto [task, fresh] = tasks_.try_emplace(id);
  if (fresh) {
    task->second.sequence = sequence;
    outstanding_.insert(sequence);
  }
  task->second.asked = std::max(sequence, read_sequence_);
  make_ready(id, task->second);
}

void IndexFeed::make_ready(DocumentId id, Task& task) {
  if (task.ready) return;
  task.ready = true;
  ready_.push_back(id);
}

void IndexFeed::finish(DocumentId id) {
  const auto task = tasks_.find(id);
  outstanding_.erase(outstanding_.find(task->second.sequence));
  tasks_.erase(task);
}

// ---- the index

Result<void> IndexFeed::put(const search::IndexDocument& document, Time now) {
  DMS_TRY(checked(index_.put(document)));
  ++documents_put_;
  note_write(now);
  return {};
}

Result<void> IndexFeed::remove(DocumentId id, Time now) {
  DMS_TRY(checked(index_.remove(id.value)));
  note_write(now);
  return {};
}

Result<void> IndexFeed::checked(Result<void> written) {
  if (!written) broken_ = true;
  return written;
}

void IndexFeed::note_write(Time now) {
  if (uncommitted_++ == 0) first_write_ = now;
  last_write_ = now;
}

bool IndexFeed::at_rest() const {
  return ready_.empty() && sweeps_.empty() &&
         (tasks_.size() >= tasks_max || store_.journal_head().sequence <= read_sequence_);
}

bool IndexFeed::commit_is_due(Time now) const {
  if (uncommitted_ == 0) return complete_sequence() >= committed_sequence_ + position_lag_max;
  if (uncommitted_ >= commit_writes_max) return true;
  return now >= first_write_ + commit_delay() ||
         (!is_sweeping() && at_rest() && now >= last_write_ + pause);
}

std::chrono::nanoseconds IndexFeed::commit_delay() const {
  if (is_sweeping()) return rebuild_commit_delay_max;
  return std::clamp<std::chrono::nanoseconds>(commit_delay_factor * last_commit_took_,
                                              commit_delay_min, commit_delay_max);
}

Result<void> IndexFeed::commit() {
  const std::uint64_t sequence = complete_sequence();
  if (uncommitted_ == 0 && sequence == committed_sequence_) return {};
  IndexPosition position;
  position.store_id = store_.id();
  position.source_version = index_source_version;
  position.sequence = sequence;
  if (sequence > 0) {
    const auto hash = DMS_TRY(store_.journal_hash(sequence));
    if (!hash) return fail(operator_error(ErrorCode::internal, "index ahead of the journal"));
    position.hash = *hash;
  }
  const Time begun = std::chrono::steady_clock::now();
  DMS_TRY(checked(index_.commit(position)));
  last_commit_took_ = std::chrono::steady_clock::now() - begun;
  uncommitted_ = 0;
  committed_sequence_ = sequence;
  return {};
}

std::uint64_t IndexFeed::complete_sequence() const {
  return outstanding_.empty() ? read_sequence_ : *outstanding_.begin() - 1;
}

std::uint64_t IndexFeed::indexed_sequence() const {
  return uncommitted_ == 0 ? complete_sequence() : committed_sequence_;
}

}  // namespace dms
