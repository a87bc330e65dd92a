#include "search/index_reader.h"

#include <utility>

#include "search/glass_version.h"

namespace dms::search {

std::unique_ptr<Reader> ReaderPool::take(Freshness freshness) {
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
    if (!door.try_lock()) return reader;
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
  reader->columns = columns_;
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

}  // namespace dms::search
