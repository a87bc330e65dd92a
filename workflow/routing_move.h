#pragma once

// INTERNAL to workflow/: one move of a routing inside a decide(): the engine's word, the record and
// the journal's events in the same commit. Every way into the engine but tests goes through here.

#include <optional>

#include "dms/actor.h"
#include "storage/commit.h"
#include "storage/view.h"
#include "workflow/engine.h"

namespace dms::workflow {

struct Move {
  Actor actor;  // nil for what the journal tells
  Event event;
  // The revision that was seen; for events of people.
  std::uint64_t if_match = 0;
  Instant now;
};

// The document's newest version as the store has it.
Result<VersionMark> newest_version(const storage::View& view, DocumentId document);

// A new routing.
Result<RoutingRecord> commit_start(const storage::View& view, storage::Commit& commit,
                                   const Actor& actor, const Start& event, Instant now);

// Moves `before`, which was read from `view`. A version that the routing has not heard of yet comes
// first, so that nothing is ever signed that is not the newest.
Result<RoutingRecord> commit_move(const storage::View& view, storage::Commit& commit,
                                  const RoutingRecord& before, Move move);

}  // namespace dms::workflow
