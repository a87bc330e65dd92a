// fuzz-links: aktenwerk_parsers
// Pictures of any bytes: a PGM of its own size within the limits, a JPEG, a PDF, or a cause. The
// first byte says which page.

#include <charconv>

#include "search/extract/parse/page_image.h"
#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/picture_header.h"
#include "support/fuzz_extract.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dms;
  using namespace dms::search::extract;
  const std::string_view all = test::fuzz_text(data, size);
  if (all.empty()) return 0;
  const std::string_view bytes = all.substr(1);
  FUZZ_REQUIRE(count_tiff_pages(bytes, 100) <= 100);
  const int orientation = exif_orientation(bytes);
  FUZZ_REQUIRE(orientation >= 1 && orientation <= 8);
  const DrawnImage image = make_page_image(bytes, static_cast<unsigned char>(all.front()) % 4, 64);
  FUZZ_REQUIRE((image.cause == Cause::none) == image.bytes.starts_with("\xff\xd8\xff"));
  const DrawnImage pdf = make_picture_pdf(bytes, count_tiff_pages(bytes, 3), 64, 1U << 20U);
  FUZZ_REQUIRE((pdf.cause == Cause::none) == pdf.bytes.starts_with("%PDF-"));
  const PagePicture made = make_page_picture(bytes, static_cast<unsigned char>(all.front()) % 4);
  FUZZ_REQUIRE((made.cause == Cause::none) == made.pgm.starts_with("P5\n"));
  if (made.cause != Cause::none) return 0;
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  const char* const end = made.pgm.data() + made.pgm.size();
  const auto at = std::from_chars(made.pgm.data() + 3, end, width).ptr;
  const auto after = std::from_chars(at + 1, end, height).ptr;
  FUZZ_REQUIRE(static_cast<std::uint64_t>(end - after) == 5 + width * height);
  FUZZ_REQUIRE(width * height <= page_pixels_max + page_pixels_max / 4);
  return 0;
}
