#include "storage/content_core.h"

#include <fmt/format.h>

#include "dms/base/bytes.h"

namespace dms::storage {

namespace {

// FOR EVER: what a content's own key is derived for.
constexpr std::string_view seal_purpose = "aktenwerk content 1";

}  // namespace

static_assert(seal_salt_bytes == SegmentCipher::salt_bytes && seal_tag_bytes == aead_tag_bytes);

SegmentPlace seal_place(std::uint64_t size, std::uint64_t index) {
  return {static_cast<std::uint32_t>(index), index + 1 == chunk_count(size)};
}

Result<ChunkRun> ContentNumbers::reserve(std::uint32_t count) {
  const MutexLock lock(mutex_);
  if (high_water_ - next_ < count) {
    const std::uint64_t raised = next_ + std::max<std::uint64_t>(block, count);
    DMS_TRY(database_.put(Family::content_meta, high_water_key(), encode_number(raised),
                          Durability::synced));
    high_water_ = raised;
  }
  const ChunkRun run{.first = next_, .count = count};
  next_ += count;
  return run;
}

std::uint64_t ContentNumbers::next() const {
  const MutexLock lock(mutex_);
  return next_;
}

ContentMetrics::ContentMetrics(MetricsRegistry& registry)
    : written_bytes(
          registry.counter("aktenwerk_content_written_bytes_total", "Bytes of content stored.")),
      read_bytes(registry.counter("aktenwerk_content_read_bytes_total",
                                  "Bytes of content handed to readers.")),
      deduplicated_bytes(registry.counter("aktenwerk_content_deduplicated_bytes_total",
                                          "Bytes received that were stored already.")),
      freed_bytes(registry.counter("aktenwerk_content_freed_bytes_total",
                                   "Bytes of content swept and returned to the disk.")) {}

SegmentCipher make_sealing_cipher(const Secret& key, KeyDomain domain, std::string_view salt) {
  return {key, salt, std::string(seal_purpose).append(raw_bytes(domain.value))};
}

Result<FoundCipher> find_cipher(const ContentCore& core, const ContentKey& content,
                                const Manifest& manifest) {
  if (manifest.key_id == 0) return FoundCipher{};
  if (core.options.keys == nullptr) return FoundCipher{ContentKeyState::missing, std::nullopt};
  const ContentOpeningKey found =
      DMS_TRY(core.options.keys->opening_key(content.domain, manifest.key_id));
  if (found.state != ContentKeyState::present) return FoundCipher{found.state, std::nullopt};
  return FoundCipher{found.state, make_sealing_cipher(found.key, content.domain, manifest.salt)};
}

std::string describe_missing_key(const ContentKey& content, const Manifest& manifest) {
  return fmt::format("content {}: key {:08x} of domain {} is missing", content.sha256.hex(),
                     manifest.key_id, to_string(content.domain.value));
}

Result<void> read_chunk(const Database& database, const Manifest& manifest,
                        const ContentCipher& cipher, std::uint64_t index, PlainChunk& chunk) {
  DMS_TRY(read_stored_chunk(database, manifest, index, chunk.stored));
  chunk.is_sealed = cipher.has_value();
  if (!cipher) return {};
  chunk.opened.clear();
  return open_chunk(manifest, *cipher, index, chunk.stored.ToStringView(), chunk.opened);
}

Result<void> open_chunk(const Manifest& manifest, const SegmentCipher& cipher, std::uint64_t index,
                        std::string_view stored, std::string& out) {
  if (cipher.open(seal_place(manifest.size, index), stored, out)) return {};
  return fail(operator_error(ErrorCode::corrupt,
                             fmt::format("content {} chunk {}: does not open with key {:08x}",
                                         manifest.sha256.hex(), index, manifest.key_id)));
}

Result<void> read_stored_chunk(const Database& database, const Manifest& manifest,
                               std::uint64_t index, rocksdb::PinnableSlice& chunk) {
  rocksdb::ReadOptions options;
  // Large files would drive everything else out of the shared cache; the kernel's page cache
  // serves them.
  options.fill_cache = manifest.placement == Placement::small;
  const std::string key = chunk_key(chunk_number(manifest.runs, index));
  chunk.Reset();
  const rocksdb::Status status =
      database.raw().Get(options, database.handle(chunk_family(manifest.placement)), key, &chunk);
  const auto describe = [&] {
    return fmt::format("content {} chunk {}", manifest.sha256.hex(), index);
  };
  if (status.IsNotFound())
    return fail(operator_error(ErrorCode::corrupt, describe() + ": missing"));
  if (!status.ok()) return fail(read_error(status, describe()));
  if (chunk.size() != stored_length(manifest, index)) {
    return fail(operator_error(ErrorCode::corrupt,
                               fmt::format("{}: {} bytes long", describe(), chunk.size())));
  }
  return {};
}

}  // namespace dms::storage
