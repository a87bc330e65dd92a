#include "storage/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

#include "dms/base/bytes.h"
#include "dms/base/json_codec.h"
#include "storage/journal.h"
#include "storage/key_codec.h"
#include "storage/missing_details.h"
#include "storage/reads_chain.h"
#include "storage/slice.h"
#include "storage/walk.h"

namespace dms::storage {

namespace {

// The length of the first text component of `key` with its end; 0 where there is none.
std::size_t text_length(std::string_view key) {
  for (std::size_t at = 0; at + 1 < key.size(); ++at) {
    if (key[at] != '\0') continue;
    if (key[at + 1] == '\x01') return at + 2;
    ++at;  // an escaped zero
  }
  return 0;
}

class Verifier {
 public:
  Verifier(const Database& database, Walk& walk, VerifyReport& report)
      : database_(database),
        walk_(walk),
        report_(report),
        snapshot_(database.snapshot()),
        missing_details_(database, snapshot_.get()) {}

  Result<void> run() {
    DMS_TRY(walk_records());
    DMS_TRY(walk_indexes());
    DMS_TRY(walk_journal());
    DMS_TRY(walk_details());
    DMS_TRY(walk_journal_objects());
    return walk_reads();
  }

 private:
  using Visit = std::function<Result<void>(std::string_view key, std::string_view value)>;

  void problem(std::string text) {
    if (report_.problems.size() < verify_problems_max) report_.problems.push_back(std::move(text));
  }

  // Every entry of a family. Where a block is damaged the walk of that family ends with a problem.
  Result<void> walk(Family family, const Visit& visit) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_.get();
    options.fill_cache = false;
    const auto at = database_.iterate(family, options);
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      DMS_TRY(visit(view(at->key()), view(at->value())));
      DMS_TRY(walk_.step());
    }
    if (at->status().IsCorruption()) {
      problem(fmt::format("{}: {}", family_names[static_cast<std::size_t>(family)],
                          at->status().ToString()));
      return {};
    }
    if (!at->status().ok()) return fail(read_error(at->status(), "verify"));
    return {};
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) {
    return database_.get(family, key, snapshot_.get());
  }

  Result<void> walk_records() {
    return walk(Family::records, [&](std::string_view key, std::string_view value) -> Result<void> {
      ++report_.records;
      if (text_length(key) == 0 || !check_json(value, JsonProfile::record)) {
        problem(fmt::format("record {}: unreadable", to_hex(key)));
      }
      return {};
    });
  }

  // An entry names a record that is there. Which entries a record should have, only its type knows.
  Result<void> walk_indexes() {
    return walk(Family::indexes, [&](std::string_view key, std::string_view value) -> Result<void> {
      const std::size_t table = text_length(key);
      if (table == 0 || text_length(key.substr(table)) == 0) {
        problem(fmt::format("index entry {}: unreadable", to_hex(key)));
        return {};
      }
      const std::string record = std::string(key.substr(0, table)).append(value);
      if (!DMS_TRY(get(Family::records, record))) {
        problem(fmt::format("index entry {}: names an absent record", to_hex(key)));
      }
      return {};
    });
  }

  Result<void> walk_journal() {
    JournalPosition head;
    DMS_TRY(walk(Family::journal, [&](std::string_view key, std::string_view value) {
      return visit_envelope(head, key, value);
    }));
    const std::optional<std::string> bytes = DMS_TRY(get(Family::meta, last_group_key));
    const std::optional<LastGroup> last = bytes ? decode_last_group(*bytes) : LastGroup{};
    if (!last || !(last->head == head)) {
      problem(fmt::format("journal: ends at {}, not where the last group ended", head.sequence));
    }
    return {};
  }

  Result<void> visit_envelope(JournalPosition& head, std::string_view key, std::string_view value) {
    ++report_.journal_entries;
    const std::uint64_t sequence = read_big_endian_64(key).value_or(0);
    const std::optional<Envelope> envelope = decode_envelope(value);
    if (sequence != head.sequence + 1) {
      problem(fmt::format("journal: {} follows {}", sequence, head.sequence));
    }
    if (!envelope || envelope->sequence != sequence) {
      problem(fmt::format("journal entry {}: unreadable", sequence));
    } else {
      if (envelope->previous != head.hash) {
        problem(fmt::format("journal entry {}: does not name the one before", sequence));
      }
      DMS_TRY(check_envelope(*envelope));
    }
    head = {sequence, sha256(value)};
    return {};
  }

  // Its detail, unless the chain tells that it was erased, its entries by object, and the seal it
  // may be.
  Result<void> check_envelope(const Envelope& envelope) {
    const std::optional<std::string> detail =
        DMS_TRY(get(Family::journal_detail, sequence_key(envelope.sequence)));
    if (detail && sha256(*detail) != envelope.commitment) {
      problem(fmt::format("journal entry {}: detail does not match", envelope.sequence));
    } else if (envelope.kind == reads_sealed_kind || envelope.kind == reads_dropped_kind) {
      // They are about no person: nobody erases them but who wants to change what they say.
      const bool is_there = detail && detail->size() >= detail_salt_bytes;
      note_segments(envelope, is_there ? std::string_view(*detail).substr(detail_salt_bytes)
                                       : std::string_view());
    } else if (!detail && !DMS_TRY(missing_details_.is_erased(envelope))) {
      problem(
          fmt::format("journal entry {}: its detail is gone, and nothing tells that it was "
                      "erased",
                      envelope.sequence));
    }
    for (const Uuid& object : {envelope.object, envelope.parent.value_or(envelope.object)}) {
      if (DMS_TRY(get(Family::journal_objects, object_key(object, envelope.sequence)))) continue;
      problem(fmt::format("journal entry {}: not found by object", envelope.sequence));
    }
    return {};
  }

  void note_segments(const Envelope& envelope, std::string_view detail) {
    if (envelope.kind == reads_dropped_kind) {
      const auto day = parse_drop_detail(detail);
      if (day) dropped_through_ = std::max(dropped_through_, *day);
      if (!day) problem(fmt::format("journal entry {}: dropped nothing", envelope.sequence));
      return;
    }
    const auto segment = parse_seal_detail(detail);
    if (segment) seals_[segment->day] = *segment;
    if (!segment) problem(fmt::format("journal entry {}: a seal of nothing", envelope.sequence));
  }

  Result<void> walk_details() {
    return walk(Family::journal_detail,
                [&](std::string_view key, std::string_view) -> Result<void> {
                  if (!DMS_TRY(get(Family::journal, key))) {
                    problem(fmt::format("journal detail {}: of no entry", to_hex(key)));
                  }
                  return {};
                });
  }

  Result<void> walk_journal_objects() {
    return walk(
        Family::journal_objects, [&](std::string_view key, std::string_view) -> Result<void> {
          const std::optional<Uuid> object = uuid_from_raw(key.substr(0, 16));
          const std::optional<std::string> bytes =
              key.size() == 24 ? DMS_TRY(get(Family::journal, key.substr(16)))
                               : std::optional<std::string>();
          const auto envelope = bytes ? decode_envelope(*bytes) : std::nullopt;
          if (!object || !envelope || (envelope->object != *object && envelope->parent != object)) {
            problem(fmt::format("journal by object {}: wrong entry", to_hex(key)));
          }
          return {};
        });
  }

  Result<void> walk_reads() {
    ReadsPosition head;
    DMS_TRY(walk(Family::reads, [&](std::string_view key, std::string_view value) {
      visit_read(head, key, value);
      return Result<void>();
    }));
    end_segment(head);
    for (const auto& [day, seal] : seals_) {
      if (day > dropped_through_) problem(fmt::format("reads of day {}: gone", day));
    }
    return {};
  }

  void visit_read(ReadsPosition& head, std::string_view key, std::string_view value) {
    const std::optional<ReadEntry> entry = decode_read_entry(value);
    if (!entry || key != read_entry_key(entry->day, entry->number)) {
      return problem(fmt::format("entry of reads {}: unreadable", to_hex(key)));
    }
    if (entry->day <= dropped_through_) return;  // a kill came before its removal
    const bool begins = entry->day != head.day;
    if (begins) {
      end_segment(head);
      segment_previous_ = entry->previous;
    }
    const bool chained = entry->previous == (head.day == 0 ? end_before(entry->day) : head.hash);
    if (entry->number != (begins ? 1 : head.number + 1) || !chained) {
      problem(fmt::format("entry of reads {}: does not follow the one before", to_hex(key)));
    }
    head = {entry->day, entry->number, sha256(value)};
  }

  // What the first entry that is there follows: the last of the dropped segment before it.
  Sha256Digest end_before(std::uint32_t day) const {
    const auto after = seals_.lower_bound(day);
    if (after == seals_.begin()) return {};
    return std::prev(after)->second.last;
  }

  // A sealed segment is what its seal says. What remains of seals_ is sealed and not there.
  void end_segment(const ReadsPosition& end) {
    const auto seal = seals_.find(end.day);
    if (seal == seals_.end()) return;
    if (seal->second.entries != end.number || seal->second.last != end.hash ||
        seal->second.previous != segment_previous_) {
      problem(fmt::format("reads of day {}: not what was sealed", end.day));
    }
    seals_.erase(seal);
  }

  const Database& database_;
  Walk& walk_;
  VerifyReport& report_;
  std::shared_ptr<const rocksdb::Snapshot> snapshot_;
  MissingDetails missing_details_;
  std::map<std::uint32_t, ReadSegment> seals_;  // by day; those not met yet
  std::uint32_t dropped_through_ = 0;           // segments up to this day are gone on purpose
  Sha256Digest segment_previous_;               // what the segment being walked began with
};

}  // namespace

Result<void> verify_database(const Database& database, Walk& walk, VerifyReport& report) {
  return Verifier(database, walk, report).run();
}

}  // namespace dms::storage
