#pragma once

// What a use case decided: records to put and erase, counters, content to name, events to append.
// Built inside decide() against the View it was given; applied by the committer as one durable
// batch or not at all. Reads through the View do not see the Commit's own changes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/result.h"
#include "storage/content.h"
#include "storage/journal_event.h"
#include "storage/view.h"

namespace dms::storage {

// A commit's upper limits: larger acts are jobs of several commits.
inline constexpr std::size_t commit_bytes_max = 16U << 20U;
inline constexpr std::size_t commit_objects_max = 2000;

class Commit {
 public:
  explicit Commit(const View& view);
  ~Commit();
  Commit(Commit&&) noexcept;
  Commit& operator=(Commit&&) noexcept;

  // Inserts or replaces; index entries are derived from the old record and the new one. `conflict`
  // where a unique index key belongs to another record (one that gives it up in the same commit
  // must be put before the one that takes it).
  template <class Record>
  Result<void> put(const Table<Record>& table, const Record& record);
  // As put, but `conflict` where the key is taken.
  template <class Record>
  Result<void> insert(const Table<Record>& table, const Record& record);
  // Nothing happens where the key is absent.
  template <class Record>
  Result<void> erase(const Table<Record>& table, std::string_view key);

  void set_counter(std::string_view name, std::uint64_t value);
  void append(Event event);
  // Makes `owner` keep `content` alive. Consumes the intent of staged content.
  void name_content(const StagedContent& content, const Uuid& owner);
  // As above for content already named by another owner; `not_found` at commit where it is gone.
  void name_content(const ContentId& content, const Uuid& owner);
  void release_content(const ContentId& content, const Uuid& owner);
  // Erases an event's salt and detail; its envelope and the chain stay.
  void erase_event_detail(std::uint64_t sequence);

  struct Changes;
  const Changes& changes() const { return *changes_; }

 private:
  // One index's part in the change of a record.
  struct IndexChange {
    std::string_view index;
    IndexKind kind = IndexKind::multiple;
    std::vector<std::string> before;  // the record's index keys as they were
    std::vector<std::string> after;
  };
  struct RecordChange {
    std::string_view table;
    std::string key;
    std::optional<std::string> value;  // nullopt: erased
    std::vector<IndexChange> indexes;
  };
  enum class Existing : std::uint8_t { replace, refuse };

  template <class Record>
  Result<void> write(const Table<Record>& table, const Record& record, Existing existing);
  // The record as this commit leaves it so far.
  Result<std::optional<std::string>> current(std::string_view table, std::string_view key) const;
  Result<void> change(RecordChange change);
  Result<void> change_index(const RecordChange& change, const IndexChange& index);

  const View* view_;
  std::unique_ptr<Changes> changes_;
};

}  // namespace dms::storage

#include "storage/commit_detail.h"
