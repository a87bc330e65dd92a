#pragma once

// INTERNAL to storage/: what the parts of the committer share.

#include <cstdint>
#include <functional>
#include <future>
#include <optional>

#include "storage/committer.h"

namespace dms::storage {

struct Committer::Request {
  enum class Awaited : std::uint8_t { yes, no };

  // One of: a decide (with what it decided on a lane, if it did), work, or neither: a sync.
  std::function<Result<Commit>(const View&)> decide;
  std::optional<Commit> commit;
  ReadSet reads;
  std::uint64_t state = 0;
  std::function<Result<void>(PendingBatch&)> work;
  Awaited awaited = Awaited::yes;
  std::promise<Result<Committed>> answer;
  Result<Committed> outcome;
};

struct Committer::Group {
  Group(const Database& database, LastGroup before)
      : batch(database), last(before), head(before.head) {}
  bool has_events() const { return head.sequence > last.head.sequence; }

  PendingBatch batch;
  WriteSet writes;
  const LastGroup last;  // the group before
  JournalPosition head;  // with the events gathered so far
  bool sync = false;     // asked for without anything to write
};

}  // namespace dms::storage
