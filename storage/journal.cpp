#include "storage/journal.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/base/random.h"
#include "storage/byte_codec.h"
#include "storage/slice.h"

namespace dms::storage {

namespace {

Error damaged(const Database& database, std::uint64_t sequence, std::string_view what) {
  return operator_error(ErrorCode::corrupt, fmt::format("store {}: journal entry {}: {}",
                                                        database.name(), sequence, what));
}

// An entry from its stored envelope and, unless erased, detail.
Result<JournalEntry> make_entry(const Database& database, std::uint64_t sequence,
                                std::string_view envelope_bytes,
                                std::optional<std::string_view> salted_detail) {
  std::optional<Envelope> envelope = decode_envelope(envelope_bytes);
  if (!envelope || envelope->sequence != sequence) {
    return fail(damaged(database, sequence, "unreadable envelope"));
  }
  JournalEntry entry;
  entry.sequence = sequence;
  entry.time = envelope->time;
  entry.kind = std::move(envelope->kind);
  entry.object = envelope->object;
  entry.parent = envelope->parent;
  entry.actor = envelope->actor;
  entry.on_behalf_of = envelope->on_behalf_of;
  entry.hash = sha256(envelope_bytes);
  if (salted_detail) {
    if (salted_detail->size() < detail_salt_bytes ||
        sha256(*salted_detail) != envelope->commitment) {
      return fail(damaged(database, sequence, "detail does not match its commitment"));
    }
    entry.detail = std::string(salted_detail->substr(detail_salt_bytes));
  }
  return entry;
}

}  // namespace

JournalPosition append_event(PendingBatch& batch, const JournalPosition& head, const Event& event,
                             Instant time) {
  const std::string salted_detail = random_bytes(detail_salt_bytes).append(event.detail);
  Envelope envelope;
  envelope.sequence = head.sequence + 1;
  envelope.time = time;
  envelope.kind = event.kind;
  envelope.object = event.object;
  envelope.parent = event.parent;
  envelope.actor = event.actor;
  envelope.on_behalf_of = event.on_behalf_of;
  envelope.previous = head.hash;
  envelope.commitment = sha256(salted_detail);
  const std::string bytes = encode_envelope(envelope);
  const std::string key = sequence_key(envelope.sequence);
  batch.put(Family::journal, key, bytes);
  batch.put(Family::journal_detail, key, salted_detail);
  batch.put(Family::journal_objects, object_key(event.object, envelope.sequence), {});
  if (event.parent && *event.parent != event.object) {
    batch.put(Family::journal_objects, object_key(*event.parent, envelope.sequence), {});
  }
  return {envelope.sequence, sha256(bytes)};
}

Result<LastGroup> read_last_group(const Database& database) {
  const std::optional<std::string> bytes = DMS_TRY(database.get(Family::meta, last_group_key));
  if (!bytes) return LastGroup{};
  const std::optional<LastGroup> group = decode_last_group(*bytes);
  if (group) return *group;
  return fail(operator_error(ErrorCode::corrupt,
                             fmt::format("store {}: unreadable last group", database.name())));
}

Result<JournalPosition> read_journal_head(const Database& database) {
  const auto at = database.iterate(Family::journal);
  at->SeekToLast();
  if (!at->Valid()) {
    if (!at->status().ok()) return fail(read_error(at->status(), "journal"));
    return JournalPosition{};
  }
  const std::uint64_t sequence = read_big_endian_64(view(at->key())).value_or(0);
  const std::optional<Envelope> envelope = decode_envelope(view(at->value()));
  if (!envelope || envelope->sequence != sequence) {
    return fail(damaged(database, sequence, "unreadable envelope"));
  }
  return JournalPosition{sequence, sha256(view(at->value()))};
}

Result<std::vector<JournalEntry>> read_journal_entries(const Database& database,
                                                       std::uint64_t after, std::uint64_t head,
                                                       std::size_t limit) {
  std::vector<JournalEntry> entries;
  if (after >= head) return entries;
  const std::uint64_t last =
      after + std::min<std::uint64_t>({limit, journal_read_max, head - after});
  const std::string end = sequence_key(last + 1);
  const rocksdb::Slice upper = slice(end);
  const std::shared_ptr<const rocksdb::Snapshot> snapshot = database.snapshot();
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  options.iterate_upper_bound = &upper;
  const auto envelopes = database.iterate(Family::journal, options);
  const auto details = database.iterate(Family::journal_detail, options);
  envelopes->Seek(sequence_key(after + 1));
  details->Seek(sequence_key(after + 1));
  for (std::uint64_t sequence = after + 1; sequence <= last; ++sequence) {
    const std::string key = sequence_key(sequence);
    if (!envelopes->Valid() || view(envelopes->key()) != key) {
      if (!envelopes->status().ok()) return fail(read_error(envelopes->status(), "journal"));
      return fail(damaged(database, sequence, "missing"));
    }
    std::optional<std::string_view> detail;
    if (details->Valid() && view(details->key()) == key) detail = view(details->value());
    if (!details->status().ok()) return fail(read_error(details->status(), "journal detail"));
    entries.push_back(DMS_TRY(make_entry(database, sequence, view(envelopes->value()), detail)));
    envelopes->Next();
    if (detail) details->Next();
  }
  return entries;
}

Result<std::vector<JournalEntry>> read_journal_entries_of(const Database& database,
                                                          const Uuid& object, std::uint64_t before,
                                                          std::size_t limit) {
  const std::string first = object_key(object, 0);
  const std::string end = object_key(object, before == 0 ? ~std::uint64_t{0} : before);
  const rocksdb::Slice lower = slice(first);
  const rocksdb::Slice upper = slice(end);
  const std::shared_ptr<const rocksdb::Snapshot> snapshot = database.snapshot();
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  const auto at = database.iterate(Family::journal_objects, options);
  std::vector<JournalEntry> entries;
  const std::size_t most = std::min(limit, journal_read_max);
  for (at->SeekToLast(); at->Valid() && entries.size() < most; at->Prev()) {
    const std::string key(view(at->key()).substr(16));
    const std::uint64_t sequence = read_big_endian_64(key).value_or(0);
    const std::optional<std::string> envelope =
        DMS_TRY(database.get(Family::journal, key, snapshot.get()));
    if (!envelope) return fail(damaged(database, sequence, "missing"));
    const std::optional<std::string> detail =
        DMS_TRY(database.get(Family::journal_detail, key, snapshot.get()));
    entries.push_back(DMS_TRY(make_entry(database, sequence, *envelope, detail)));
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "journal objects"));
  return entries;
}

Result<std::optional<Sha256Digest>> read_journal_hash(const Database& database,
                                                      std::uint64_t sequence) {
  if (sequence == 0) return std::optional<Sha256Digest>(Sha256Digest{});
  const std::optional<std::string> envelope =
      DMS_TRY(database.get(Family::journal, sequence_key(sequence)));
  if (!envelope) return std::optional<Sha256Digest>();
  return std::optional<Sha256Digest>(sha256(*envelope));
}

}  // namespace dms::storage
