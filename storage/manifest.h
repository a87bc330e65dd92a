#pragma once

// A manifest says of which chunks a content consists. Its bytes are on disk for ever; the layout is
// in README.md. Pure values, no RocksDB; thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/digest.h"
#include "dms/base/result.h"
#include "storage/byte_codec.h"

namespace dms::storage {

// Every chunk but the last has exactly this many bytes.
inline constexpr std::uint32_t chunk_bytes = 1U << 20U;

// Consecutive chunk keys: first, first + 1, … first + count - 1.
struct ChunkRun {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  friend bool operator==(const ChunkRun&, const ChunkRun&) = default;
};

// In which column family the chunks lie. The numbers are on disk.
enum class Placement : std::uint8_t {
  small = 1,  // family `content`, one chunk at most, written through the WAL
  large = 2,  // family `content_large`, ingested
};

Result<Placement> read_placement(ByteReader& in);

struct Manifest {
  std::uint64_t size = 0;    // bytes
  Sha256Digest sha256;       // of the whole content
  std::uint32_t key_id = 0;  // the domain's key that its chunks are sealed with; 0: none
  std::string salt = {};     // seal_salt_bytes random ones where sealed, else empty
  Placement placement = Placement::small;
  std::uint64_t intent = 0;    // the number of the upload that wrote it
  std::vector<ChunkRun> runs;  // ascending, disjoint, in the order of the bytes
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

// Bytes of random salt that each sealed content has of its own, and what sealing adds to a chunk.
inline constexpr std::size_t seal_salt_bytes = 32;
inline constexpr std::size_t seal_tag_bytes = 16;

std::string encode_manifest(const Manifest& manifest);
// Strict: `corrupt` for an unknown format, a length that does not fit, runs that are empty,
// overlapping or out of order, or whose chunks are not exactly those the size needs.
Result<Manifest> parse_manifest(std::string_view bytes);

// How many chunks `size` bytes need; 0 for none.
std::uint64_t chunk_count(std::uint64_t size);
// The length of chunk `index` (0-based) of a content of `size` bytes.
std::size_t chunk_length(std::uint64_t size, std::uint64_t index);
// The length of chunk `index` as it lies in its family.
std::size_t stored_length(const Manifest& manifest, std::uint64_t index);
// What all chunks take there, in bytes.
std::uint64_t stored_size(const Manifest& manifest);
// How many keys the runs hold.
std::uint64_t chunks_in(const std::vector<ChunkRun>& runs);
// The key number of chunk `index` of a content with these runs, which must hold it.
std::uint64_t chunk_number(const std::vector<ChunkRun>& runs, std::uint64_t index);

// Appends one key to runs: lengthens the last run where the number follows it.
void append_chunk(std::vector<ChunkRun>& runs, std::uint64_t number);
// As append_chunk, for a whole run.
void append_run(std::vector<ChunkRun>& runs, ChunkRun run);

// The runs as they stand in manifests, intents and erasures: u32 count, then (u64 first, u32 count)
// each. `corrupt` for runs that are cut off, empty, overlapping or out of order.
void write_runs(ByteWriter& out, const std::vector<ChunkRun>& runs);
Result<std::vector<ChunkRun>> read_runs(ByteReader& in);

}  // namespace dms::storage
