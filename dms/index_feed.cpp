#include "dms/index_feed.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "dms/document_record.h"
#include "dms/dossier_record.h"
#include "dms/inbox_record.h"
#include "search/index_comparison.h"

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
// Of a lost index that was being filled nobody knows what it had followed; moves are put and
// committed within some seconds, and so many events are more than that.
constexpr std::uint64_t unsaid_events_max = 10'000;

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
    DMS_TRY(hide_since(position->sequence));
    return false;
  }
  // The records are read later than this head, so they hold at least all it stands for.
  read_sequence_ = store_.journal_head().sequence;
  if (read_sequence_ == 0) return false;
  rebuilding_ = true;
  const std::uint64_t unsaid = index_.document_count() == 0 ? 0 : unsaid_events_max;
  DMS_TRY(hide_since(is_filled ? position->sequence
                               : read_sequence_ - std::min(read_sequence_, unsaid)));
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
    add_sweep({of, {}, {}, everything});
  }
  log_.info("index_sweep_started", {{"tenant", options_.tenant}});
}

Result<bool> IndexFeed::restart() {
  forget_all();
  read_sequence_ = committed_sequence_ = 0;
  broken_ = true;  // until it has begun
  const bool is_to_be_filled = DMS_TRY(begin());
  ask_again();
  show_moved();
  broken_ = false;
  return is_to_be_filled;
}

// But for what is hidden: begin() tells of that. What is being extracted comes back to nobody; who
// waits for it is put again by the journal.
void IndexFeed::forget_all() {
  moved_.clear();
  tasks_.clear();
  outstanding_.clear();
  ready_.clear();
  late_.clear();
  sweeps_.clear();
  awaited_.clear();
  to_extract_.clear();
  alone_.clear();
  retries_.clear();
  again_.insert(put_again_.begin(), put_again_.end());
  put_again_.clear();
  uncommitted_ = 0;
  rebuilding_ = false;
  awaits_build_ = false;
  lacks_documents_ = false;
}

Result<void> IndexFeed::adopt(const std::string& joined_folder) {
  // What moved since those were read is hidden before anybody sees them.
  const auto joined = DMS_TRY(search::IndexComparison::open(joined_folder));
  if (joined->position()) DMS_TRY(hide_since(joined->position()->sequence));
  DMS_TRY(checked(index_.adopt(joined_folder)));
  const std::optional<IndexPosition> position = DMS_TRY(index_.position());
  if (!position) return checked(fail(operator_error(ErrorCode::internal, "index without place")));
  forget_all();
  broken_ = false;
  read_sequence_ = committed_sequence_ = position->sequence;
  for (const auto& [id, hidden] : hidden_) put_first(id, position->sequence + 1);
  ask_again();
  show_moved();
  log_.info("index_rebuilt", {{"tenant", options_.tenant}, {"documents", index_.document_count()}});
  return {};
}

void IndexFeed::stop_awaiting_build() {
  if (std::exchange(awaits_build_, false)) outstanding_.erase(outstanding_.find(everything));
}

Result<bool> IndexFeed::step(Time now) {
  requeue_retries(now);
  bool worked = DMS_TRY(hide_moved());
  worked = DMS_TRY(process_moved(now)) || worked;
  worked = DMS_TRY(read_journal()) || worked;
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
  if (has_enough() || store_.journal_head().sequence <= read_sequence_) return false;
  const std::vector<JournalEntry> entries =
      DMS_TRY(store_.read_journal(read_sequence_, journal_batch));
  for (const JournalEntry& entry : entries) {
    take_entry(entry);
    read_sequence_ = entry.sequence;
  }
  return !entries.empty();
}

// Who waits for a text alone holds nobody up: letters are found by their metadata and moves are
// followed behind whatever import.
bool IndexFeed::has_enough() const {
  return ready_.size() >= options_.ready_max || tasks_.size() >= options_.awaiting_max;
}

void IndexFeed::take_entry(const JournalEntry& entry) {
  if (entry.kind.starts_with("document.") || entry.kind.starts_with("inbound_item.")) {
    add_task(DocumentId{entry.object}, entry.sequence);
  } else if (entry.kind == dossier_retitled) {
    add_sweep({Sweep::Of::dossier, DossierId{entry.object}, {}, entry.sequence});
  }
}

// Those of single dossiers before those of everything, which take long.
void IndexFeed::add_sweep(Sweep sweep) {
  outstanding_.insert(sweep.sequence);
  auto place = sweeps_.end();
  while (sweep.of == Sweep::Of::dossier && place != sweeps_.begin() &&
         std::prev(place)->of != Sweep::Of::dossier) {
    --place;
  }
  sweeps_.insert(place, std::move(sweep));
}

Result<bool> IndexFeed::continue_sweep() {
  // What was filed just now goes before what is put again.
  if (sweeps_.empty() || !ready_.empty()) return false;
  Sweep& sweep = sweeps_.front();
  if (sweep.of == Sweep::Of::dossier ? has_enough() : tasks_.size() >= options_.ready_max) {
    return false;
  }
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
    if (tasks_.contains(id)) DMS_TRY(process(id, Showing::when_text_is_late, now));
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
  if (showing == Showing::now || hidden_.contains(id) || awaited_.size() > long_queue) {
    DMS_TRY(put(*indexable.document, now));
    task.shown = true;
  } else {
    task.shown = false;
    late_.push_back({now + text_is_late, id});
  }
  return {};
}

void IndexFeed::add_task(DocumentId id, std::uint64_t sequence) {
  make_ready(id, name(id, sequence));
}

IndexFeed::Task& IndexFeed::name(DocumentId id, std::uint64_t sequence) {
  const auto [task, fresh] = tasks_.try_emplace(id);
  if (fresh) {
    task->second.sequence = sequence;
    outstanding_.insert(sequence);
  }
  task->second.asked = std::max(sequence, read_sequence_);
  return task->second;
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
  if (again_.erase(id) > 0) put_again_.push_back(id);
}

// ---- the index

Result<void> IndexFeed::put(const search::IndexDocument& document, Time now) {
  DMS_TRY(checked(index_.put(document)));
  ++documents_put_;
  note_put(DocumentId{document.id}, now);
  return {};
}

Result<void> IndexFeed::remove(DocumentId id, Time now) {
  DMS_TRY(checked(index_.remove(id.value)));
  note_put(id, now);
  return {};
}

Result<void> IndexFeed::checked(Result<void> written) {
  if (!written) broken_ = true;
  return written;
}

void IndexFeed::note_put(DocumentId id, Time now) {
  if (const auto found = hidden_.find(id); found != hidden_.end()) {
    found->second = Hidden::until_committed;
  }
  note_write(now);
}

void IndexFeed::note_write(Time now) {
  if (uncommitted_++ == 0) first_write_ = now;
  last_write_ = now;
}

bool IndexFeed::at_rest() const {
  return ready_.empty() && moved_.empty() && sweeps_.empty() &&
         (has_enough() || store_.journal_head().sequence <= read_sequence_);
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
  show_moved();
  return {};
}

std::uint64_t IndexFeed::complete_sequence() const {
  // What moved is outstanding before the journal is read so far.
  if (outstanding_.empty()) return read_sequence_;
  return std::min(read_sequence_, *outstanding_.begin() - 1);
}

std::uint64_t IndexFeed::indexed_sequence() const {
  return uncommitted_ == 0 ? complete_sequence() : committed_sequence_;
}

}  // namespace dms
