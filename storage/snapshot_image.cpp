#include "storage/snapshot_image.h"

#include <fmt/format.h>

#include "dms/base/bytes.h"
#include "storage/content_records.h"
#include "storage/journal.h"
#include "storage/key_codec.h"
#include "storage/manifest.h"
#include "storage/reads_chain.h"
#include "storage/recording_view.h"
#include "storage/slice.h"

namespace dms::storage {

namespace {

// Walked once, from end to end: no reason to push others out of the cache.
rocksdb::ReadOptions walk_options(const rocksdb::Slice* upper) {
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = upper;
  options.fill_cache = false;
  options.readahead_size = 1U << 20U;
  return options;
}

class SnapshotImage final : public StoreImage {
 public:
  SnapshotImage(const Database& database, const Uuid& store_id)
      : database_(database), id_(store_id), state_(database), view_(state_, nullptr) {}

  Uuid id() const override { return id_; }
  const View& view() const override { return view_; }
  Result<void> for_each_record(
      const std::function<Result<void>(const Record&)>& visit) const override;
  Result<void> for_each_counter(
      const std::function<Result<void>(std::string_view, std::uint64_t)>& visit) const override;
  Result<void> for_each_event(
      const std::function<Result<void>(const JournalBytes&)>& visit) const override;
  Result<void> for_each_read(
      const std::function<Result<void>(std::string_view)>& visit) const override;
  Result<void> for_each_content(const ContentVisit& visit) const override;

 private:
  using Found = std::function<Result<void>(std::string_view, std::string_view)>;
  Result<void> walk(Family family, const std::string& prefix, const Found& found) const;
  Result<ContentId> content_of(const ContentKey& key) const;
  Error damaged(std::string_view what) const {
    return operator_error(ErrorCode::corrupt, fmt::format("store {}: {}", database_.name(), what));
  }

  const Database& database_;
  const Uuid id_;
  const SnapshotState state_;
  const RecordingView view_;
};

Result<void> SnapshotImage::walk(Family family, const std::string& prefix,
                                 const Found& found) const {
  const std::string end = prefix.empty() ? std::string() : prefix_end(prefix);
  const rocksdb::Slice upper = slice(end);
  const auto at = state_.iterate(family, walk_options(prefix.empty() ? nullptr : &upper));
  for (at->Seek(slice(prefix)); at->Valid(); at->Next()) {
    DMS_TRY(found(storage::view(at->key()).substr(prefix.size()), storage::view(at->value())));
  }
  if (!at->status().ok()) return fail(read_error(at->status(), "store " + database_.name()));
  return {};
}

Result<void> SnapshotImage::for_each_record(
    const std::function<Result<void>(const Record&)>& visit) const {
  return walk(Family::records, "", [&](std::string_view key, std::string_view stored) {
    // Table names are plain words: the first 00 ends them.
    const std::size_t end = key.find('\0');
    if (end == std::string_view::npos || !key.starts_with(table_prefix(key.substr(0, end)))) {
      return Result<void>(fail(damaged("a record's key names no table")));
    }
    return visit({key.substr(0, end), key.substr(end + 2), stored});
  });
}

Result<void> SnapshotImage::for_each_counter(
    const std::function<Result<void>(std::string_view, std::uint64_t)>& visit) const {
  return walk(Family::meta, counter_key(""), [&](std::string_view name, std::string_view value) {
    const std::optional<std::uint64_t> number = read_big_endian_64(value);
    if (!number) return Result<void>(fail(damaged(fmt::format("counter {}: unreadable", name))));
    return visit(name, *number);
  });
}

Result<void> SnapshotImage::for_each_event(
    const std::function<Result<void>(const JournalBytes&)>& visit) const {
  const auto details = state_.iterate(Family::journal_detail, walk_options(nullptr));
  details->SeekToFirst();
  std::uint64_t sequence = 0;
  const auto see = [&](std::string_view key, std::string_view envelope) -> Result<void> {
    if (key != sequence_key(++sequence)) {
      return fail(damaged(fmt::format("journal entry {}: missing", sequence)));
    }
    JournalBytes bytes{sequence, envelope, std::nullopt, {}};
    if (details->Valid() && storage::view(details->key()) == key) {
      const std::string_view salted = storage::view(details->value());
      if (salted.size() < detail_salt_bytes) {
        return fail(damaged(fmt::format("journal entry {}: its detail has no salt", sequence)));
      }
      bytes.salt = salted.substr(0, detail_salt_bytes);
      bytes.detail = salted.substr(detail_salt_bytes);
    }
    DMS_TRY(visit(bytes));
    if (bytes.salt) details->Next();
    return {};
  };
  DMS_TRY(walk(Family::journal, "", see));
  if (!details->status().ok()) return fail(read_error(details->status(), "journal detail"));
  if (details->Valid()) return fail(damaged("a detail of no journal entry"));
  return {};
}

Result<void> SnapshotImage::for_each_read(
    const std::function<Result<void>(std::string_view)>& visit) const {
  const auto counter = DMS_TRY(state_.get(Family::meta, counter_key(reads_dropped_counter)));
  const std::uint64_t dropped = counter ? read_big_endian_64(*counter).value_or(0) : 0;
  const std::string first = read_entry_key(static_cast<std::uint32_t>(dropped) + 1, 0);
  return walk(Family::reads, "", [&](std::string_view key, std::string_view entry) {
    // What a kill left of dropped days is none of them.
    return key < std::string_view(first) ? Result<void>() : visit(entry);
  });
}

Result<ContentId> SnapshotImage::content_of(const ContentKey& key) const {
  const auto bytes = DMS_TRY(state_.get(Family::content_meta, manifest_key(key)));
  if (!bytes) return fail(damaged(fmt::format("content {}: has no manifest", key.sha256.hex())));
  const Manifest manifest = DMS_TRY(parse_manifest(*bytes));
  return ContentId{key.domain, key.sha256, manifest.size};
}

Result<void> SnapshotImage::for_each_content(const ContentVisit& visit) const {
  std::optional<ContentKey> content;
  std::vector<Uuid> owners;
  const auto tell = [&]() -> Result<void> {
    if (content) DMS_TRY(visit(DMS_TRY(content_of(*content)), owners));
    owners.clear();
    return {};
  };
  const std::string tag(1, tag_ref);
  const auto see = [&](std::string_view key, std::string_view) -> Result<void> {
    const std::optional<ParsedRef> ref = parse_ref_key(tag + std::string(key));
    if (!ref) return fail(damaged("an unreadable ref of a content"));
    if (content != ref->content) DMS_TRY(tell());
    content = ref->content;
    owners.push_back(ref->owner);
    return {};
  };
  DMS_TRY(walk(Family::content_meta, tag, see));
  return tell();
}

}  // namespace

std::unique_ptr<StoreImage> make_image(const Database& database, const Uuid& store_id) {
  return std::make_unique<SnapshotImage>(database, store_id);
}

}  // namespace dms::storage
