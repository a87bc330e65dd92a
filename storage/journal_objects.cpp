#include "storage/journal_objects.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "dms/base/bytes.h"
#include "storage/journal.h"
#include "storage/slice.h"
#include "storage/verify.h"

namespace dms::storage {

namespace {

constexpr std::size_t entries_at_once = 256;
constexpr std::size_t object_bytes = 16;
constexpr std::size_t object_key_bytes = object_bytes + 8;

using KeyValue = std::pair<std::string, std::string>;

// Read before anything is changed, for an iterator over a pending batch does not bear that.
Result<std::vector<KeyValue>> read_behind(const PendingBatch& batch, Family family,
                                          const std::string& key) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  std::vector<KeyValue> found;
  const auto at = batch.iterate(family, options);
  for (at->Seek(slice(key)); at->Valid() && found.size() < entries_at_once; at->Next()) {
    found.emplace_back(view(at->key()), view(at->value()));
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "journal"));
  return found;
}

// Whether an entry by object is one that its envelope should have. Of an unreadable one nobody
// knows.
Result<bool> belongs(const PendingBatch& batch, std::string_view key) {
  const std::optional<Uuid> object = uuid_from_raw(key.substr(0, object_bytes));
  if (key.size() != object_key_bytes || !object) return false;
  const auto bytes = DMS_TRY(batch.get(Family::journal, key.substr(object_bytes)));
  if (!bytes) return false;
  const auto envelope = decode_envelope(*bytes);
  return !envelope || envelope->object == *object || envelope->parent == object;
}

Result<void> sweep(PendingBatch& batch, JournalObjectsWalk& walk) {
  const std::string begin = walk.swept.empty() ? walk.swept : walk.swept + '\0';
  const auto entries = DMS_TRY(read_behind(batch, Family::journal_objects, begin));
  for (const auto& [key, value] : entries) {
    if (DMS_TRY(belongs(batch, key))) continue;
    batch.erase(Family::journal_objects, key);
    ++walk.outcome.removed;
  }
  if (!entries.empty()) walk.swept = entries.back().first;
  walk.is_swept = entries.size() < entries_at_once;
  return {};
}

Result<void> complete(PendingBatch& batch, const Envelope& envelope, IndexRebuild& outcome) {
  for (const Uuid& object : {envelope.object, envelope.parent.value_or(envelope.object)}) {
    const std::string key = object_key(object, envelope.sequence);
    if (DMS_TRY(batch.get(Family::journal_objects, key))) continue;
    batch.put(Family::journal_objects, key, "");
    ++outcome.added;
  }
  return {};
}

Result<void> fill(PendingBatch& batch, JournalObjectsWalk& walk) {
  const auto entries = DMS_TRY(read_behind(batch, Family::journal, sequence_key(walk.filled + 1)));
  for (const auto& [key, value] : entries) {
    ++walk.outcome.records;
    walk.filled = read_big_endian_64(key).value_or(walk.filled + 1);
    const auto envelope = decode_envelope(value);
    if (envelope && envelope->sequence == walk.filled) {
      DMS_TRY(complete(batch, *envelope, walk.outcome));
    } else if (walk.outcome.problems.size() < verify_problems_max) {
      walk.outcome.problems.push_back(fmt::format("journal entry {}: unreadable", walk.filled));
    }
  }
  walk.is_done = entries.size() < entries_at_once;
  return {};
}

}  // namespace

Result<void> walk_on(PendingBatch& batch, JournalObjectsWalk& walk) {
  JournalObjectsWalk next = walk;
  DMS_TRY(next.is_swept ? fill(batch, next) : sweep(batch, next));
  walk = std::move(next);
  return {};
}

}  // namespace dms::storage
