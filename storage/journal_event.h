#pragma once

// The journal's values. Every change is an event: an envelope that is hashed and chained for ever,
// and a detail (JSON) that can be erased without breaking the chain, because the envelope holds
// only its commitment SHA-256(salt ‖ detail). An envelope holds no personal data beyond ids.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "dms/base/digest.h"
#include "dms/base/id.h"
#include "dms/base/time.h"

namespace dms::storage {

// What a use case says happened.
struct Event {
  std::string kind;                  // "document.filed": stable, [a-z_.]
  Uuid object;                       // whom it happened to
  std::optional<Uuid> parent;        // the dossier (or other whole) it belongs to
  Uuid actor;                        // the user or machine; nil for the system itself
  std::optional<Uuid> on_behalf_of;  // for whom
  std::string detail;                // JSON; may hold personal data
};

// What the journal holds.
struct JournalEntry {
  std::uint64_t sequence = 0;  // 1, 2, 3 … without gaps
  Instant time;
  std::string kind;
  Uuid object;
  std::optional<Uuid> parent;
  Uuid actor;
  std::optional<Uuid> on_behalf_of;
  std::optional<std::string> detail;  // nullopt once erased
  Sha256Digest hash;                  // of this envelope's stored bytes; the next one names it
};

// A place in the journal: the sequence and the chain's hash there. {0, all zero} is the beginning.
struct JournalPosition {
  std::uint64_t sequence = 0;
  Sha256Digest hash;
  friend bool operator==(const JournalPosition&, const JournalPosition&) = default;
};

// Somebody read an object's content: an entry of the second chain, sealed daily.
struct ReadEvent {
  std::string kind;  // "content.read", "text.read"
  Uuid object;
  Uuid actor;
  std::optional<Uuid> on_behalf_of;
  std::optional<Uuid> token = std::nullopt;  // the machine token by which the actor came
  std::string address = {};                  // numeric, at most 255 bytes; "": unknown
};

// A place in the chain of reads. Default: behind its end.
struct ReadPlace {
  std::uint32_t day = 0;     // days since 1970-01-01, UTC
  std::uint64_t number = 0;  // in its day, from 1
  friend auto operator<=>(const ReadPlace&, const ReadPlace&) = default;
};

// An entry of that chain.
struct RecordedRead {
  ReadPlace place;
  Instant time;
  ReadEvent event;
};

}  // namespace dms::storage
