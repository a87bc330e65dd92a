// fuzz-links: aktenwerk_parsers
// What tells the letters of a stack apart, of any pictures; and pages of any TIFF as a file of
// their own. The first byte says which.

#include "dms/base/text.h"
#include "search/extract/parse/page_marks.h"
#include "search/extract/parse/pdf/pdf_part.h"
#include "search/extract/parse/tiff_part.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search;
  using namespace dms::search::extract;
  std::string_view bytes = test::fuzz_text(data, size);
  if (bytes.empty()) return 0;
  const char kind = bytes.front();
  bytes.remove_prefix(1);
  if (kind == 'T') {
    const std::string part = tiff_part(bytes, {1, 2});
    FUZZ_REQUIRE(part.size() <= bytes.size() + (1U << 20U));
    // What was made of it is taken over once more, and the same.
    if (!part.empty()) FUZZ_REQUIRE(tiff_part(part, {1, 2}).size() <= part.size() + 64);
    return 0;
  }
  if (kind == 'P') {
    FUZZ_REQUIRE(pdf_part(bytes, 1, 1) == pdf_part(bytes, 1, 1));
    return 0;
  }
  while (const auto picture = take_picture(bytes)) {
    FUZZ_REQUIRE(picture->pixels.size() == std::size_t{picture->width} * picture->height);
    const PageMarks marks = mark_page(*picture);
    FUZZ_REQUIRE(marks.barcodes.size() <= barcodes_max);
    for (const std::string& barcode : marks.barcodes) {
      FUZZ_REQUIRE(!barcode.empty() && barcode.size() <= barcode_bytes_max);
      FUZZ_REQUIRE(is_valid_utf8(barcode));
      test::require_clean(barcode);
    }
  }
  return 0;
}
