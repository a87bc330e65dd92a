#pragma once

// INTERNAL to storage/: the journal's bytes. Layouts: README.md, for ever.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/journal_event.h"

namespace dms::storage {

// Longest kind of an event.
inline constexpr std::size_t event_kind_bytes_max = 255;
// The most entries a call of read_journal returns.
inline constexpr std::size_t journal_read_max = 10000;

// An envelope as stored: everything of an entry but its detail, plus what chains it.
struct Envelope {
  std::uint64_t sequence = 0;
  Instant time;
  std::string kind;
  Uuid object;
  std::optional<Uuid> parent;
  Uuid actor;
  std::optional<Uuid> on_behalf_of;
  Sha256Digest previous;    // hash of the envelope before; zero for the first
  Sha256Digest commitment;  // SHA-256(salt ‖ detail)
};

std::string encode_envelope(const Envelope& envelope);
// nullopt where the bytes are not an envelope of a known format.
std::optional<Envelope> decode_envelope(std::string_view bytes);

// journal_detail's value: salt ‖ detail.
inline constexpr std::size_t detail_salt_bytes = 16;

std::string sequence_key(std::uint64_t sequence);
// journal_objects: object ‖ sequence.
std::string object_key(const Uuid& object, std::uint64_t sequence);

// The group of commits that was written last, in meta: every group counts, also one without events,
// so that recovery can tell how much is missing.
struct LastGroup {
  std::uint64_t number = 0;  // 1, 2, 3 …
  JournalPosition head;      // the journal's end with this group
  friend bool operator==(const LastGroup&, const LastGroup&) = default;
};
std::string encode_last_group(const LastGroup& group);
std::optional<LastGroup> decode_last_group(std::string_view bytes);
inline constexpr std::string_view last_group_key = "last_group";
// {0, beginning} where nothing was ever committed.
Result<LastGroup> read_last_group(const Database& database);

// Appends to `batch` the event after `head`, and returns the new head.
JournalPosition append_event(PendingBatch& batch, const JournalPosition& head, const Event& event,
                             Instant time);
// Whether `kind` can be written: 1–255 characters of [a-z_.].
Result<void> check_event_kind(std::string_view kind);

// The journal's end as the journal itself shows it.
Result<JournalPosition> read_journal_head(const Database& database);
// Entries with after < sequence ≤ head, at most `limit`.
Result<std::vector<JournalEntry>> read_journal_entries(const Database& database,
                                                       std::uint64_t after, std::uint64_t head,
                                                       std::size_t limit);
// Newest first, entries before `before` (0: all) of `object`.
Result<std::vector<JournalEntry>> read_journal_entries_of(const Database& database,
                                                          const Uuid& object, std::uint64_t before,
                                                          std::size_t limit);
Result<std::optional<Sha256Digest>> read_journal_hash(const Database& database,
                                                      std::uint64_t sequence);

}  // namespace dms::storage
