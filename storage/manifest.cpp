#include "storage/manifest.h"

#include <algorithm>
#include <limits>

namespace dms::storage {
namespace {

constexpr std::uint8_t clear_format = 1;
constexpr std::uint8_t sealed_format = 2;
constexpr std::size_t run_bytes = 12;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(operator_error(ErrorCode::corrupt, std::string("content manifest: ").append(what)));
}

// The rules that a manifest's fields keep among each other.
Result<void> check(const Manifest& manifest) {
  const std::uint64_t chunks = chunks_in(manifest.runs);
  if (chunks != chunk_count(manifest.size)) return damaged("the runs do not fit the size");
  if (manifest.placement == Placement::small && chunks > 1) {
    return damaged("more than one chunk in the small family");
  }
  if (chunks == 0 && manifest.key_id != 0) return damaged("a key for no bytes");
  return {};
}

}  // namespace

Result<Placement> read_placement(ByteReader& in) {
  const std::uint8_t placement = in.byte();
  if (placement != 1 && placement != 2) return damaged("unknown placement");
  return static_cast<Placement>(placement);
}

std::uint64_t chunk_count(std::uint64_t size) {
  return size / chunk_bytes + (size % chunk_bytes != 0 ? 1 : 0);
}

std::size_t chunk_length(std::uint64_t size, std::uint64_t index) {
  const std::uint64_t begin = index * chunk_bytes;
  if (begin >= size) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, size - begin));
}

std::size_t stored_length(const Manifest& manifest, std::uint64_t index) {
  const std::size_t plain = chunk_length(manifest.size, index);
  return manifest.key_id == 0 || plain == 0 ? plain : plain + seal_tag_bytes;
}

std::uint64_t stored_size(const Manifest& manifest) {
  if (manifest.key_id == 0) return manifest.size;
  return manifest.size + seal_tag_bytes * chunk_count(manifest.size);
}

std::uint64_t chunks_in(const std::vector<ChunkRun>& runs) {
  std::uint64_t chunks = 0;
  for (const ChunkRun& run : runs) chunks += run.count;
  return chunks;
}

std::uint64_t chunk_number(const std::vector<ChunkRun>& runs, std::uint64_t index) {
  for (const ChunkRun& run : runs) {
    if (index < run.count) return run.first + index;
    index -= run.count;
  }
  return 0;  // number 0 is never reserved: reading it finds nothing
}

void append_chunk(std::vector<ChunkRun>& runs, std::uint64_t number) {
  append_run(runs, {.first = number, .count = 1});
}

void append_run(std::vector<ChunkRun>& runs, ChunkRun run) {
  constexpr std::uint32_t count_max = std::numeric_limits<std::uint32_t>::max();
  if (!runs.empty() && runs.back().first + runs.back().count == run.first &&
      runs.back().count <= count_max - run.count) {
    runs.back().count += run.count;
    return;
  }
  runs.push_back(run);
}

void write_runs(ByteWriter& out, const std::vector<ChunkRun>& runs) {
  out.number_32(static_cast<std::uint32_t>(runs.size()));
  for (const ChunkRun& run : runs) out.number(run.first).number_32(run.count);
}

Result<std::vector<ChunkRun>> read_runs(ByteReader& in) {
  const std::uint32_t count = in.number_32();
  if (in.remaining() / run_bytes < count) return damaged("runs are cut off");
  std::vector<ChunkRun> runs;
  runs.reserve(count);
  std::uint64_t lowest = 1;  // the next run may not begin below
  for (std::uint32_t i = 0; i < count; ++i) {
    const ChunkRun run{.first = in.number(), .count = in.number_32()};
    if (run.count == 0 || run.first < lowest) return damaged("runs are empty or out of order");
    if (run.first > std::numeric_limits<std::uint64_t>::max() - run.count) {
      return damaged("a run exceeds the numbers");
    }
    lowest = run.first + run.count;
    runs.push_back(run);
  }
  return runs;
}

std::string encode_manifest(const Manifest& manifest) {
  ByteWriter out;
  out.byte(manifest.key_id == 0 ? clear_format : sealed_format)
      .number(manifest.size)
      .digest(manifest.sha256)
      .number_32(chunk_bytes)
      .number_32(manifest.key_id)
      .raw(manifest.salt)
      .byte(static_cast<std::uint8_t>(manifest.placement))
      .number(manifest.intent);
  write_runs(out, manifest.runs);
  return out.take();
}

Result<Manifest> parse_manifest(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint8_t format = in.byte();
  if (format != clear_format && format != sealed_format) return damaged("unknown format");
  Manifest manifest;
  manifest.size = in.number();
  manifest.sha256 = in.digest();
  if (in.number_32() != chunk_bytes) return damaged("unknown chunk size");
  manifest.key_id = in.number_32();
  if ((manifest.key_id != 0) != (format == sealed_format)) return damaged("another format's key");
  if (format == sealed_format) manifest.salt = in.raw(seal_salt_bytes);
  manifest.placement = DMS_TRY(read_placement(in));
  manifest.intent = in.number();
  manifest.runs = DMS_TRY(read_runs(in));
  if (!in.complete()) return damaged("cut off, or trailing bytes");
  DMS_TRY(check(manifest));
  return manifest;
}

}  // namespace dms::storage
