#include "storage/recording_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "dms/base/bytes.h"
#include "storage/index_states.h"
#include "storage/key_codec.h"
#include "storage/slice.h"

namespace dms::storage {

namespace detail {

Error unknown_index(std::string_view table, std::string_view index) {
  return operator_error(ErrorCode::internal,
                        fmt::format("table {} declares no such index: {}", table, index));
}

Error dangling_index(std::string_view table, std::string_view index) {
  return operator_error(ErrorCode::corrupt,
                        fmt::format("table {}: index {} names an absent record", table, index));
}

Error index_not_built(std::string_view table, std::string_view index) {
  Error error = make_error(ErrorCode::busy,
                           "Diese Sortierung wird gerade aufgebaut. Bitte versuchen Sie es gleich "
                           "wieder.",
                           "This order is being built. Please try again in a moment.");
  error.hint = fmt::format("table {}: index {} is not built", table, index);
  error.retry_after_s = 5;
  return error;
}

Error record_not_found() {
  return make_error(ErrorCode::not_found, "Der Eintrag ist nicht vorhanden.",
                    "There is no such entry.");
}

}  // namespace detail

namespace {

// The keys a scan may return: [first, last).
struct Bounds {
  std::string first;
  std::string last;
};

Bounds bounds_of(const std::string& base, const ScanOptions& options) {
  Bounds bounds{base + options.prefix, prefix_end(base + options.prefix)};
  if (options.after.empty()) return bounds;
  std::string after = base + options.after;
  if (options.direction == ScanOptions::Direction::descending) {
    bounds.last = std::min(bounds.last, after);
  } else {
    after.push_back('\0');
    bounds.first = std::max(bounds.first, after);
  }
  return bounds;
}

}  // namespace

Result<std::optional<std::string>> RecordingView::read(Family family,
                                                       const std::string& key) const {
  if (reads_ != nullptr) reads_->keys.push_back(tagged_key(family, key));
  return state_.get(family, key);
}

Result<std::uint64_t> RecordingView::counter(std::string_view name) const {
  const std::optional<std::string> value = DMS_TRY(read(Family::meta, counter_key(name)));
  if (!value) return std::uint64_t{0};
  const std::optional<std::uint64_t> number = read_big_endian_64(*value);
  if (!number) {
    return fail(operator_error(ErrorCode::corrupt, fmt::format("counter {}: bad value", name)));
  }
  return *number;
}

Result<void> RecordingView::require_built(std::string_view table, std::string_view index,
                                          std::string_view version) const {
  const IndexStates states = decode_index_states(DMS_TRY(read(Family::meta, states_key(table))));
  if (states.is_built(index, version)) return {};
  return fail(detail::index_not_built(table, index));
}

Result<std::optional<std::string>> RecordingView::read_record(std::string_view table,
                                                              std::string_view key) const {
  return read(Family::records, record_key(table, key));
}

Result<std::optional<std::string>> RecordingView::read_unique(std::string_view table,
                                                              std::string_view index,
                                                              std::string_view index_key) const {
  return read(Family::indexes, index_prefix(table, index).append(index_key));
}

Result<std::vector<RawEntry>> RecordingView::read_index(std::string_view table,
                                                        std::string_view index,
                                                        const ScanOptions& options) const {
  std::vector<RawEntry> entries;
  DMS_TRY(scan(Family::indexes, index_prefix(table, index), options,
               [&](std::string_view key, std::string_view value) {
                 entries.push_back({std::string(key), std::string(value)});
               }));
  return entries;
}

Result<std::size_t> RecordingView::count_index(std::string_view table, std::string_view index,
                                               const ScanOptions& options) const {
  std::size_t count = 0;
  DMS_TRY(scan(Family::indexes, index_prefix(table, index), options,
               [&](std::string_view, std::string_view) { ++count; }));
  return count;
}

Result<std::vector<std::string>> RecordingView::read_keys(std::string_view table,
                                                          const ScanOptions& options) const {
  std::vector<std::string> keys;
  DMS_TRY(scan(Family::records, table_prefix(table), options,
               [&](std::string_view key, std::string_view) { keys.emplace_back(key); }));
  return keys;
}

Result<void> RecordingView::scan(Family family, const std::string& base, const ScanOptions& options,
                                 const Found& found) const {
  Bounds bounds = bounds_of(base, options);
  if (bounds.first >= bounds.last) return {};
  const bool ascending = options.direction == ScanOptions::Direction::ascending;
  const std::size_t limit = std::clamp<std::size_t>(options.limit, 1, scan_limit_max + 1);
  const rocksdb::Slice lower = slice(bounds.first);
  const rocksdb::Slice upper = slice(bounds.last);
  rocksdb::ReadOptions read_options;
  read_options.iterate_lower_bound = &lower;
  read_options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> at = state_.iterate(family, read_options);
  std::size_t count = 0;
  std::string stopped;  // at this key; empty: at the bound
  ascending ? at->Seek(lower) : at->SeekForPrev(upper);
  for (; at->Valid(); ascending ? at->Next() : at->Prev()) {
    const std::string_view key = view(at->key());
    if (!ascending && key >= bounds.last) continue;
    if (key < bounds.first || key >= bounds.last) break;
    found(key.substr(base.size()), view(at->value()));
    if (++count == limit) {
      stopped = key;
      break;
    }
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "scan"));
  if (reads_ == nullptr) return {};
  if (!stopped.empty() && ascending) bounds.last = stopped + '\0';
  if (!stopped.empty() && !ascending) bounds.first = stopped;
  reads_->ranges.emplace_back(tagged_key(family, bounds.first), tagged_key(family, bounds.last));
  return {};
}

}  // namespace dms::storage
