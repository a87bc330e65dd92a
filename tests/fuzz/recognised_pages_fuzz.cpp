// fuzz-links: aktenwerk_dms
// Recognised pages as they lie in the content store, of any bytes: refused, or written again as
// they were read.

#include "dms/recognised_pages.h"
#include "support/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto pages = decode_pages(bytes);
  if (!pages) return 0;
  FUZZ_REQUIRE(encode_pages(*pages) == bytes);
  const PagedText merged = merge_pages({"a\fb", {0, 2}}, *pages, 1U << 20U);
  for (const std::uint64_t offset : merged.page_offsets) {
    FUZZ_REQUIRE(offset < merged.text.size());
  }
  return 0;
}
