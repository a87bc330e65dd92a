#include "storage/missing_details.h"

#include <string>
#include <string_view>

#include "storage/slice.h"

namespace dms::storage {

namespace {

constexpr std::string_view erased = ".erased";
constexpr std::string_view details_erased = ".details_erased";
constexpr std::size_t known_max = 50'000;  // some megabytes

bool tells_of_itself(std::string_view kind) {
  return kind.ends_with(erased) || kind.ends_with(details_erased);
}

bool has_end_of_its_own(std::string_view kind) {
  return kind.starts_with("document.") || kind.starts_with("dossier.");
}

}  // namespace

Result<bool> MissingDetails::is_erased(const Envelope& envelope) {
  if (tells_of_itself(envelope.kind)) return false;
  const Told told = DMS_TRY(told_of(envelope.object));
  if (told.is_erased || envelope.sequence < told.details_before) return true;
  if (!envelope.parent || has_end_of_its_own(envelope.kind)) return false;
  const Told of_whole = DMS_TRY(told_of(*envelope.parent));
  if (of_whole.is_erased) return true;
  return envelope.kind.starts_with("saved_search.") && envelope.sequence < of_whole.details_before;
}

Result<MissingDetails::Told> MissingDetails::told_of(const Uuid& object) {
  if (const auto known = known_.find(object); known != known_.end()) return known->second;
  const Told told = DMS_TRY(look_for(object));
  if (known_.size() >= known_max) known_.clear();
  known_.emplace(object, told);
  return told;
}

// The newest that tells counts: of two erasures of details the later covers what the earlier does,
// and what is erased as a whole has no later one.
Result<MissingDetails::Told> MissingDetails::look_for(const Uuid& object) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  options.fill_cache = false;
  const std::string first = object_key(object, 0);
  const auto at = database_.iterate(Family::journal_objects, options);
  at->SeekForPrev(object_key(object, ~std::uint64_t{0}));
  for (; at->Valid() && view(at->key()) >= first; at->Prev()) {
    const auto bytes = DMS_TRY(
        database_.get(Family::journal, view(at->key()).substr(first.size() - 8), snapshot_));
    const auto envelope = bytes ? decode_envelope(*bytes) : std::nullopt;
    if (!envelope || envelope->object != object) continue;
    if (envelope->kind.ends_with(details_erased)) return Told{false, envelope->sequence};
    if (envelope->kind.ends_with(erased)) return Told{true, 0};
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "journal by object"));
  return Told{};
}

}  // namespace dms::storage
