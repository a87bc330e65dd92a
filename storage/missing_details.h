#pragma once

// INTERNAL to storage/: whether the detail of an event that is not there was erased by right.
//
// Erasing is told in the chain, so what nothing tells of was taken away. These kinds of events tell
// it, FOR EVER:
//
//   X.erased           of all events about its object, and all that belong to it; but of those of
//                      a kind "document." or "dossier." only about it: they have an end of their
//                      own. Not of events that end so themselves. Before or after it, for an
//                      erasure that takes long tells first.
//   X.details_erased   of all earlier events about its object, and of those of a kind
//                      "saved_search." that belong to it. Not of events that end so themselves.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "storage/database.h"
#include "storage/journal.h"

namespace dms::storage {

// Of one snapshot and one thread. A missing detail costs a walk over what the journal has of the
// event's object (and of its parent, where that does not tell), from the newest backwards to the
// event that tells it, once an object: what was found is remembered, within bounds.
class MissingDetails {
 public:
  MissingDetails(const Database& database, const rocksdb::Snapshot* snapshot)
      : database_(database), snapshot_(snapshot) {}

  // Whether the chain tells that this event's detail was erased.
  Result<bool> is_erased(const Envelope& envelope);

 private:
  // What is told of one object's events.
  struct Told {
    bool is_erased = false;
    std::uint64_t details_before = 0;  // of events before that sequence; 0: of none
  };

  Result<Told> told_of(const Uuid& object);
  Result<Told> look_for(const Uuid& object) const;

  const Database& database_;
  const rocksdb::Snapshot* const snapshot_;
  std::map<Uuid, Told> known_;
};

}  // namespace dms::storage
