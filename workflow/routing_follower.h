#pragma once

// Tells running routings what the journal says: a document has a new version, people came or left.
//
// What it does can be done again and changes nothing then. So its place in the journal is kept in a
// record that may lie behind: a kill at any point costs repeated reading and nothing else.

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "dms/base/result.h"
#include "storage/store.h"
#include "workflow/engine.h"

namespace dms::workflow {

// One a tenant; one thread at a time, a lane (it commits). It has no thread of its own: call step()
// after commits, until it answers false.
class RoutingFollower {
 public:
  // Borrows both.
  RoutingFollower(storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // Goes through a bounded piece of the journal; false where nothing was new. After an error the
  // next call tries the same piece again.
  Result<bool> step();
  // The last sequence that was followed in this process; 0 before the first step().
  std::uint64_t position() const { return position_.value_or(0); }

 private:
  Result<void> begin();
  Result<void> tell_versions(DocumentId document);
  Result<void> tell_staff(const std::set<UserId>& changed);
  Result<void> move(const std::string& routing_key, const Event& event);
  Result<void> keep_position(std::uint64_t sequence);

  storage::Store& store_;
  const Clock& clock_;
  std::optional<std::uint64_t> position_;
  std::uint64_t kept_ = 0;  // as on disk
};

}  // namespace dms::workflow
