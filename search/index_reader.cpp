#include "search/index_reader.h"

#include <utility>

#include "search/glass_version.h"

namespace dms::search {

std::unique_ptr<Reader> ReaderPool::take(Freshness freshness) {
  std::unique_ptr<Reader> reader = take_any(freshness);
  while (!hide_in(*reader)) reader = take_any(Freshness::newest);
  return reader;
}

// False where something was shown since that is to be hidden before a later commit than this one.
//
// A row without a group is nobody's. Its other values stay: they count by themselves nowhere.
bool ReaderPool::hide_in(Reader& reader) const {
  std::vector<Uuid> hidden;
  {
    const std::scoped_lock lock(mutex_);
    if (reader.generation < shown_generation_) return false;
    if (reader.hiding == hiding_) return true;
    hidden.assign(hidden_.begin(), hidden_.end());
    reader.hiding = hiding_;
  }
  reader.columns = reader.committed;
  if (hidden.empty()) return true;
  auto columns = std::make_shared<Columns>(*reader.committed);
  for (const Xapian::docid id : ids_of(reader.database, hidden)) {
    DocumentRow row = columns->documents.at(id);
    row.group = 0;
    columns->documents.set(id, row);
  }
  reader.columns = std::move(columns);
  return true;
}

void ReaderPool::hide(std::span<const Uuid> documents) {
  const std::scoped_lock lock(mutex_);
  hidden_.insert(documents.begin(), documents.end());
  ++hiding_;
}

void ReaderPool::show(std::span<const Uuid> documents) {
  const std::scoped_lock lock(mutex_);
  for (const Uuid& document : documents) hidden_.erase(document);
  ++hiding_;
  shown_generation_ = generation_;
}

// Whether what is shown again is so in its files; before them it was to be hidden.
bool ReaderPool::is_shown_by(const Reader& reader) const {
  const std::scoped_lock lock(mutex_);
  return reader.generation >= shown_generation_;
}

std::unique_ptr<Reader> ReaderPool::take_any(Freshness freshness) {
  std::unique_ptr<Reader> reader;
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      reader = std::move(idle_.back());
      idle_.pop_back();
      if (reader->generation == generation_) return reader;
    }
  }
  std::unique_lock door(door_, std::defer_lock);
  if (reader && freshness == Freshness::present) {
    // A commit may take long; what was committed before it can still be read meanwhile.
    if (!door.try_lock()) {
      if (is_shown_by(*reader)) return reader;
      door.lock();
    }
  } else {
    door.lock();
  }
  if (reader) {
    const std::scoped_lock lock(mutex_);
    if (reader->edition != edition_) reader.reset();
  }
  if (reader) {
    reader->database.reopen();
  } else {
    reader = std::make_unique<Reader>();
    check_version_file(folder_);
    reader->database = Xapian::Database(folder_);
  }
  const std::scoped_lock lock(mutex_);
  if (reader->database.get_uuid() != database_id_) {
    throw Xapian::DatabaseModifiedError("the index was replaced by another");
  }
  reader->committed = columns_;
  reader->hiding = 0;
  reader->generation = generation_;
  reader->edition = edition_;
  return reader;
}

void ReaderPool::give_back(std::unique_ptr<Reader> reader) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < idle_max && reader->edition == edition_) idle_.push_back(std::move(reader));
}

void ReaderPool::start(std::string database_id, std::shared_ptr<const Columns> columns) {
  const std::scoped_lock lock(mutex_);
  database_id_ = std::move(database_id);
  columns_ = std::move(columns);
  ++generation_;
  ++edition_;
  is_damaged_ = false;
  overtaken_by_nobody_ = 0;
  idle_.clear();
}

std::uint64_t ReaderPool::edition() const {
  const std::scoped_lock lock(mutex_);
  return edition_;
}

void ReaderPool::note_damage(std::uint64_t edition) {
  const std::scoped_lock lock(mutex_);
  if (edition == edition_) is_damaged_ = true;
}

ReaderPool::Moment ReaderPool::moment() const {
  const std::scoped_lock lock(mutex_);
  return {edition_, generation_};
}

// A commit leaves the blocks of the one before it alone: a reader of the newest is overtaken by the
// next but one at the earliest.
void ReaderPool::note_overtaken(const Moment& moment) {
  const std::scoped_lock lock(mutex_);
  if (moment.edition != edition_ || moment.generation != generation_) return;
  if (++overtaken_by_nobody_ >= overtaken_by_nobody_max) is_damaged_ = true;
}

bool ReaderPool::is_damaged() const {
  const std::scoped_lock lock(mutex_);
  return is_damaged_;
}

void ReaderPool::replace(const std::function<void()>& replace) {
  const std::scoped_lock door(door_);
  replace();
}

void ReaderPool::publish(std::shared_ptr<const Columns> columns,
                         const std::function<void()>& commit) {
  const std::scoped_lock door(door_);
  commit();
  const std::scoped_lock lock(mutex_);
  columns_ = std::move(columns);
  ++generation_;
}

std::shared_ptr<const Columns> ReaderPool::columns() const {
  const std::scoped_lock lock(mutex_);
  return columns_;
}

Error being_rebuilt(const Error& damage) {
  Error error = make_error(ErrorCode::unavailable,
                           "Die Suche wird gerade neu aufgebaut. Bitte später noch einmal suchen.",
                           "Search is being rebuilt. Please search again later.");
  error.hint = damage.hint;
  constexpr std::uint32_t retry_after_s = 30;
  error.retry_after_s = retry_after_s;
  return error;
}

}  // namespace dms::search
