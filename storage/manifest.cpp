#include "storage/manifest.h"

#include <algorithm>
#include <limits>

#include "dms/base/bytes.h"
#include "storage/byte_cursor.h"

namespace dms::storage {
namespace {

constexpr std::uint8_t manifest_format = 1;
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
  return {};
}

}  // namespace

std::uint64_t chunk_count(std::uint64_t size) {
  return size / chunk_bytes + (size % chunk_bytes != 0 ? 1 : 0);
}

std::size_t chunk_length(std::uint64_t size, std::uint64_t index) {
  const std::uint64_t begin = index * chunk_bytes;
  if (begin >= size) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, size - begin));
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

void encode_runs(std::string& out, const std::vector<ChunkRun>& runs) {
  append_big_endian(out, static_cast<std::uint32_t>(runs.size()));
  for (const ChunkRun& run : runs) {
    append_big_endian(out, run.first);
    append_big_endian(out, run.count);
  }
}

Result<std::vector<ChunkRun>> parse_runs(std::string_view& bytes) {
  ByteCursor cursor(bytes);
  const auto count = cursor.u32();
  if (!count || cursor.remaining() / run_bytes < *count) return damaged("runs are cut off");
  std::vector<ChunkRun> runs;
  runs.reserve(*count);
  std::uint64_t lowest = 1;  // the next run may not begin below
  for (std::uint32_t i = 0; i < *count; ++i) {
    const ChunkRun run{.first = *cursor.u64(), .count = *cursor.u32()};
    if (run.count == 0 || run.first < lowest) return damaged("runs are empty or out of order");
    if (run.first > std::numeric_limits<std::uint64_t>::max() - run.count) {
      return damaged("a run exceeds the numbers");
    }
    lowest = run.first + run.count;
    runs.push_back(run);
  }
  bytes.remove_prefix(bytes.size() - cursor.remaining());
  return runs;
}

std::string encode_manifest(const Manifest& manifest) {
  std::string out;
  out.push_back(static_cast<char>(manifest_format));
  append_big_endian(out, manifest.size);
  out.append(manifest.sha256.raw());
  append_big_endian(out, chunk_bytes);
  append_big_endian(out, manifest.key_id);
  out.push_back(static_cast<char>(manifest.placement));
  append_big_endian(out, manifest.intent);
  encode_runs(out, manifest.runs);
  return out;
}

Result<Manifest> parse_manifest(std::string_view bytes) {
  ByteCursor cursor(bytes);
  if (cursor.u8() != manifest_format) return damaged("unknown format");
  Manifest manifest;
  const auto size = cursor.u64();
  const auto digest = cursor.take(manifest.sha256.bytes.size());
  const auto chunk_size = cursor.u32();
  const auto key_id = cursor.u32();
  const auto placement = cursor.u8();
  const auto intent = cursor.u64();
  if (!intent) return damaged("cut off");
  if (*chunk_size != chunk_bytes) return damaged("unknown chunk size");
  if (*placement != 1 && *placement != 2) return damaged("unknown placement");
  manifest.size = *size;
  manifest.sha256 = *Sha256Digest::from_raw(*digest);
  manifest.key_id = *key_id;
  manifest.placement = static_cast<Placement>(*placement);
  manifest.intent = *intent;
  std::string_view rest = bytes.substr(bytes.size() - cursor.remaining());
  manifest.runs = DMS_TRY(parse_runs(rest));
  if (!rest.empty()) return damaged("trailing bytes");
  DMS_TRY(check(manifest));
  return manifest;
}

}  // namespace dms::storage
