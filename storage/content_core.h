#pragma once

// INTERNAL to storage/: what the parts of the content store share.

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "dms/base/aead.h"
#include "dms/base/metrics.h"
#include "dms/base/mutex.h"
#include "dms/base/time.h"
#include "storage/content_leases.h"
#include "storage/content_records.h"
#include "storage/content_store.h"
#include "storage/database.h"

namespace dms::storage {

// Content that no commit names is kept this long.
inline constexpr std::chrono::hours intent_age_max{24};
// A sweep that began so much later, and to its end, has taken it.
inline constexpr std::chrono::hours intent_grace{24};

// Hands out chunk and intent numbers, each once for ever. The high-water mark is durable before a
// number below it is used; what a process had reserved and not used when it ended is lost, of which
// 64 bits can bear some. Thread-safe.
class ContentNumbers {
 public:
  // Numbers reserved with one synced write.
  static constexpr std::uint64_t block = 4096;

  ContentNumbers(Database& database, std::uint64_t high_water)
      : database_(database), next_(high_water), high_water_(high_water) {}
  // `count` consecutive numbers, at most a block.
  Result<ChunkRun> reserve(std::uint32_t count);
  // All numbers handed out are below.
  std::uint64_t next() const;

 private:
  Database& database_;
  mutable Mutex mutex_;
  std::uint64_t next_ DMS_GUARDED_BY(mutex_);
  std::uint64_t high_water_ DMS_GUARDED_BY(mutex_);  // on disk
};

struct ContentMetrics {
  explicit ContentMetrics(MetricsRegistry& registry);
  Counter& written_bytes;
  Counter& read_bytes;
  Counter& deduplicated_bytes;
  Counter& freed_bytes;
};

struct ContentCore {
  ContentCore(Database& its_database, const Clock& its_clock, Log& its_log,
              MetricsRegistry& registry, ContentStore::Options its_options,
              std::uint64_t high_water)
      : database(its_database),
        clock(its_clock),
        log(its_log),
        options(std::move(its_options)),
        numbers(its_database, high_water),
        metrics(registry) {}

  Database& database;
  const Clock& clock;
  Log& log;
  const ContentStore::Options options;
  ContentNumbers numbers;
  ContentMetrics metrics;
  const std::shared_ptr<ContentLeases> leases = std::make_shared<ContentLeases>();
  // Held from looking for a manifest to writing it, so that equal content that ends at the same
  // moment gets one. By the digest's first byte; taken after the content's lease.
  std::array<Mutex, 16> publishing;

  Mutex& publishing_of(const ContentKey& content) {
    return publishing[content.sha256.bytes[0] % publishing.size()];
  }
};

// What a small content is to be stored as, by the commit that names it.
struct KeptContent {
  std::uint64_t number = 0;  // of its chunk
  std::string chunk;         // as it is stored; empty: there is none
  std::string manifest;
};

struct StagedContent::State {
  ContentId id;
  ContentLease lease;
  std::optional<KeptContent> kept;  // nullopt: it is written
};

inline Family chunk_family(Placement placement) {
  return placement == Placement::small ? Family::content : Family::content_large;
}

// The manifest of `content`, or nullopt. Reader is a Database or a PendingBatch.
template <class Reader>
Result<std::optional<Manifest>> find_manifest(const Reader& reader, const ContentKey& content) {
  const auto bytes = DMS_TRY(reader.get(Family::content_meta, manifest_key(content)));
  if (!bytes) return std::nullopt;
  return parse_manifest(*bytes);
}

// One chunk's bytes as they are stored: `corrupt` where it is missing, damaged or not of this
// length.
Result<void> read_stored_chunk(const Database& database, const Manifest& manifest,
                               std::uint64_t index, rocksdb::PinnableSlice& chunk);

// One chunk's plain bytes, borrowed from the database or opened.
struct PlainChunk {
  rocksdb::PinnableSlice stored;
  std::string opened;
  bool is_sealed = false;
  std::string_view bytes() const { return is_sealed ? opened : stored.ToStringView(); }
};

// What opens a content's chunks; nullopt for one in the clear.
using ContentCipher = std::optional<SegmentCipher>;

// Where chunk `index` of a content of `size` bytes stands when it is sealed.
SegmentPlace seal_place(std::uint64_t size, std::uint64_t index);
// Seals a content of `domain`; all chunks but the last are full.
SegmentCipher make_sealing_cipher(const Secret& key, KeyDomain domain, std::string_view salt);

// The cipher of a content's key, where that is `present`.
struct FoundCipher {
  ContentKeyState state = ContentKeyState::present;
  ContentCipher cipher;
};
Result<FoundCipher> find_cipher(const ContentCore& core, const ContentKey& content,
                                const Manifest& manifest);

// For the operator: names domain and key.
std::string describe_missing_key(const ContentKey& content, const Manifest& manifest);

// Appends a stored chunk's plain bytes to `out`; `corrupt` where it does not open.
Result<void> open_chunk(const Manifest& manifest, const SegmentCipher& cipher, std::uint64_t index,
                        std::string_view stored, std::string& out);

// As read_stored_chunk, opened by `cipher`; `corrupt` also where it does not open.
Result<void> read_chunk(const Database& database, const Manifest& manifest,
                        const ContentCipher& cipher, std::uint64_t index, PlainChunk& chunk);

// The parts behind ContentStore's functions.
enum class ContentPurpose : std::uint8_t {
  store,  // what is there already is used
  repair  // takes its place
};
Result<std::unique_ptr<ContentWriter>> make_content_writer(
    ContentCore& core, KeyDomain domain, ContentPurpose purpose = ContentPurpose::store);
Result<bool> repair_content(ContentCore& core, const ContentReader& source);
Result<std::shared_ptr<ContentReader>> open_content(ContentCore& core, const ContentId& content);
Result<std::uint64_t> sweep_content(ContentCore& core, SerialWriter& serial_writer);
Result<ContentState> find_content_state(const ContentCore& core, const ContentKey& content);
Result<void> verify_content(ContentCore& core, Walk& walk, VerifyReport& report);
Result<ScrubReport> scrub_content(ContentCore& core, std::uint64_t bytes_max,
                                  const VerifyControl& control);
Result<std::optional<ScrubState>> find_scrub_state(const ContentCore& core);

// When the last sweep began that looked at all there was; nullopt: none is known of.
Result<std::optional<Instant>> find_last_sweep(const Database& database,
                                               const rocksdb::Snapshot* snapshot = nullptr);

struct CheckedContent {
  bool is_whole = false;      // false without a problem: it is there no longer, or cannot be read
  bool is_destroyed = false;  // its key was: only that its chunks are there was looked at
  std::uint64_t bytes = 0;
  std::string problem;  // what is wrong with it
};
// Reads and hashes a content; a step of `walk` for each chunk.
Result<CheckedContent> check_content(ContentCore& core, const ContentKey& content, Walk& walk);

}  // namespace dms::storage
