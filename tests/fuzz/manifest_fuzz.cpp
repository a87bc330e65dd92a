// fuzz-links: aktenwerk_base aktenwerk_storage
// The binary records of the content store: any bytes are refused or are exactly what encoding the
// parsed value gives; what is accepted keeps the rules that readers rely on.

#include "storage/manifest.h"

#include "storage/content_records.h"
#include "support/fuzz.h"

namespace dms::storage {
namespace {

void check_runs(const std::vector<ChunkRun>& runs) {
  std::uint64_t lowest = 1;
  for (const ChunkRun& run : runs) {
    FUZZ_REQUIRE(run.count > 0 && run.first >= lowest);
    FUZZ_REQUIRE(run.first + run.count > run.first);
    lowest = run.first + run.count;
  }
}

void check_manifest(std::string_view bytes) {
  const auto manifest = parse_manifest(bytes);
  if (!manifest) {
    FUZZ_REQUIRE(manifest.error().code == ErrorCode::corrupt);
    return;
  }
  FUZZ_REQUIRE(encode_manifest(*manifest) == bytes);
  check_runs(manifest->runs);
  const std::uint64_t chunks = chunk_count(manifest->size);
  FUZZ_REQUIRE(chunks_in(manifest->runs) == chunks);
  if (chunks == 0) return;
  FUZZ_REQUIRE(chunk_number(manifest->runs, chunks - 1) ==
               manifest->runs.back().first + manifest->runs.back().count - 1);
  FUZZ_REQUIRE(chunk_number(manifest->runs, chunks) == 0);
  FUZZ_REQUIRE(chunk_length(manifest->size, chunks - 1) > 0);
}

void check_records(std::string_view bytes) {
  if (const auto intent = parse_intent(bytes)) {
    check_runs(intent->runs);
    FUZZ_REQUIRE(encode_intent(*intent) == bytes);
  }
  if (const auto erasure = parse_erasure(bytes)) {
    check_runs(erasure->runs);
    FUZZ_REQUIRE(encode_erasure(*erasure) == bytes);
  }
  if (const auto ref = parse_ref_key(bytes); ref && bytes.front() == tag_ref) {
    FUZZ_REQUIRE(ref_key(ref->content, ref->owner) == bytes);
  }
  if (const auto content = parse_content_key(bytes); content && bytes.front() == tag_manifest) {
    FUZZ_REQUIRE(manifest_key(*content) == bytes);
  }
  if (const auto number = parse_numbered_key(bytes); number && bytes.front() == tag_intent) {
    FUZZ_REQUIRE(intent_key(*number) == bytes);
  }
}

}  // namespace
}  // namespace dms::storage

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = dms::test::fuzz_text(data, size);
  dms::storage::check_manifest(bytes);
  dms::storage::check_records(bytes);
  return 0;
}
