#include "storage/content_core.h"

#include <fmt/format.h>

namespace dms::storage {

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

Result<void> read_chunk(const Database& database, const Manifest& manifest, std::uint64_t index,
                        rocksdb::PinnableSlice& chunk) {
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
  if (chunk.size() != chunk_length(manifest.size, index)) {
    return fail(operator_error(ErrorCode::corrupt,
                               fmt::format("{}: {} bytes long", describe(), chunk.size())));
  }
  return {};
}

}  // namespace dms::storage
