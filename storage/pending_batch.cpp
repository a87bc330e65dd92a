#include <fmt/format.h>
#include <rocksdb/comparator.h>

#include "storage/database.h"
#include "storage/slice.h"

namespace dms::storage {

PendingBatch::PendingBatch(const Database& database)
    : database_(&database), changes_(rocksdb::BytewiseComparator(), 0, true) {}

void PendingBatch::put(Family family, std::string_view key, std::string_view value) {
  changes_.Put(database_->handle(family), slice(key), slice(value));
}

void PendingBatch::erase(Family family, std::string_view key) {
  changes_.Delete(database_->handle(family), slice(key));
}

Result<std::optional<std::string>> PendingBatch::get(Family family, std::string_view key) const {
  std::string value;
  const rocksdb::Status status = changes_.GetFromBatchAndDB(
      &database_->raw(), rocksdb::ReadOptions(), database_->handle(family), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return fail(read_error(status, "store " + database_->name()));
  return std::optional<std::string>(std::move(value));
}

std::unique_ptr<rocksdb::Iterator> PendingBatch::iterate(
    Family family, const rocksdb::ReadOptions& options) const {
  rocksdb::ColumnFamilyHandle* const handle = database_->handle(family);
  return std::unique_ptr<rocksdb::Iterator>(changes_.NewIteratorWithBase(
      handle, database_->raw().NewIterator(scan_options(family, options), handle), &options));
}

void PendingBatch::set_save_point() {
  changes_.SetSavePoint();
}
void PendingBatch::roll_back() {
  changes_.RollbackToSavePoint().PermitUncheckedError();
}
void PendingBatch::keep() {
  changes_.PopSavePoint().PermitUncheckedError();
}

}  // namespace dms::storage
