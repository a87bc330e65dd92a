#pragma once

// INTERNAL to storage/: sees to it that indexes with a version (table.h) are built in it. A small
// store's are when it opens; a large one's are built on, step by step, on the committer's thread
// between commits, and View::scan_index() is `busy` for them until then. A kill costs one step.

#include <atomic>
#include <vector>

#include "storage/committer.h"
#include "storage/database.h"
#include "storage/index_walk.h"

namespace dms::storage {

class IndexBuilder {
 public:
  // Borrows all; `tables` do not change.
  IndexBuilder(Database& database, Committer& committer, const std::vector<TableIndexes>& tables)
      : database_(database), committer_(committer), tables_(tables) {}

  // Before the first commit. Fails only where the database does: a full disk puts it off.
  Result<void> begin();
  // Goes on with what was put off. From the ticker: takes no time.
  void look();

 private:
  enum class State : std::uint8_t { done, building, put_off };

  Result<bool> is_built() const;
  // One step of the first table that has something left; put off where the disk has no room.
  Result<State> step(PendingBatch& batch);
  void go_on();

  Database& database_;
  Committer& committer_;
  const std::vector<TableIndexes>& tables_;
  std::size_t next_ = 0;  // tables before it are built; of the committer's thread once begun
  std::atomic<State> state_{State::done};
};

// One step of what `table` lacks. True where it lacks nothing more.
Result<bool> build_on(PendingBatch& batch, const TableIndexes& table);

}  // namespace dms::storage
