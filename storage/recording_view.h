#pragma once

// INTERNAL to storage/: the View that decides and readers get, over either state.

#include <functional>
#include <memory>

#include "storage/database.h"
#include "storage/read_set.h"
#include "storage/view.h"

namespace dms::storage {

// A consistent state of the database.
class StateReader {
 public:
  virtual ~StateReader() = default;
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  virtual std::unique_ptr<rocksdb::Iterator> iterate(Family family,
                                                     rocksdb::ReadOptions options) const = 0;
};

class SnapshotState final : public StateReader {
 public:
  explicit SnapshotState(const Database& database)
      : database_(database), snapshot_(database.snapshot()) {}
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return database_.get(family, key, snapshot_.get());
  }
  std::unique_ptr<rocksdb::Iterator> iterate(Family family,
                                             rocksdb::ReadOptions options) const override {
    options.snapshot = snapshot_.get();
    return database_.iterate(family, options);
  }
  // As RecentWrites numbers states.
  std::uint64_t number() const { return snapshot_->GetSequenceNumber(); }

 private:
  const Database& database_;
  std::shared_ptr<const rocksdb::Snapshot> snapshot_;
};

// The newest state with the committer's pending batch on top.
class PendingState final : public StateReader {
 public:
  explicit PendingState(const PendingBatch& batch) : batch_(batch) {}
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return batch_.get(family, key);
  }
  std::unique_ptr<rocksdb::Iterator> iterate(Family family,
                                             rocksdb::ReadOptions options) const override {
    return batch_.iterate(family, options);
  }

 private:
  const PendingBatch& batch_;
};

class RecordingView final : public View {
 public:
  // Remembers what is read in `reads`; nullptr: nobody will ask.
  RecordingView(const StateReader& state, ReadSet* reads) : state_(state), reads_(reads) {}

  Result<std::uint64_t> counter(std::string_view name) const override;
  Result<void> require_built(std::string_view table, std::string_view index,
                             std::string_view version) const override;
  Result<std::optional<std::string>> read_record(std::string_view table,
                                                 std::string_view key) const override;
  Result<std::optional<std::string>> read_unique(std::string_view table, std::string_view index,
                                                 std::string_view index_key) const override;
  Result<std::vector<RawEntry>> read_index(std::string_view table, std::string_view index,
                                           const ScanOptions& options) const override;
  Result<std::size_t> count_index(std::string_view table, std::string_view index,
                                  const ScanOptions& options) const override;
  Result<std::vector<std::string>> read_keys(std::string_view table,
                                             const ScanOptions& options) const override;

 private:
  Result<std::optional<std::string>> read(Family family, const std::string& key) const;
  // Calls `found` with the part of each key behind `base`, and the value.
  using Found = std::function<void(std::string_view, std::string_view)>;
  Result<void> scan(Family family, const std::string& base, const ScanOptions& options,
                    const Found& found) const;

  const StateReader& state_;
  ReadSet* reads_;
};

}  // namespace dms::storage
