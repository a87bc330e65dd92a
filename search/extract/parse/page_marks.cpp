#include "search/extract/parse/page_marks.h"

#include <unistd.h>
#include <zbar.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <new>
#include <string>

#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/parse/tool_output.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::uint32_t longer_side = 2339;  // A4 at 200 dots an inch
constexpr std::uint32_t side_max = 1U << 16U;
constexpr std::size_t messages_bytes_max = 16U << 10U;

// Of a page's picture, from each side: punched holes lie within 15 mm, copiers' shadows less.
constexpr double margin_across = 0.08;
constexpr double margin_down = 0.06;
constexpr std::uint32_t blank_side_min = 100;  // pixels; a smaller picture is no page
// About 2 mm on a page of A4. So many dark pixels of a cell's are ink; so many cells are specks.
constexpr std::uint32_t cells_along = 146;
constexpr std::uint32_t ink_share = 40;
constexpr std::size_t specks_max = 3;
// So much darker than the paper is dark: what shines through from the back is not.
constexpr int contrast = 64;
constexpr int paper_min = 96;  // a page darker than that is printed all over

struct ScannerCloser {
  void operator()(zbar::zbar_image_scanner_t* scanner) const {
    zbar::zbar_image_scanner_destroy(scanner);
  }
};
struct ImageCloser {
  void operator()(zbar::zbar_image_t* image) const { zbar::zbar_image_destroy(image); }
};

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::optional<std::uint32_t> take_number(std::string_view& bytes) {
  while (!bytes.empty() && is_space(bytes.front())) bytes.remove_prefix(1);
  std::uint32_t number = 0;
  const auto read = std::from_chars(bytes.data(), bytes.data() + bytes.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  bytes.remove_prefix(static_cast<std::size_t>(read.ptr - bytes.data()));
  return number;
}

// A part of a picture.
struct Frame {
  std::uint32_t left = 0;
  std::uint32_t top = 0;
  std::uint32_t right = 0;   // the first column behind it
  std::uint32_t bottom = 0;  // likewise
};

Frame inside_of(const GreyPicture& picture) {
  const auto across = static_cast<std::uint32_t>(margin_across * picture.width);
  const auto down = static_cast<std::uint32_t>(margin_down * picture.height);
  return {across, down, picture.width - across, picture.height - down};
}

std::uint8_t pixel(const GreyPicture& picture, std::uint32_t x, std::uint32_t y) {
  return static_cast<std::uint8_t>(picture.pixels[std::size_t{y} * picture.width + x]);
}

// The shade that half of it is not darker than.
int paper_shade(const GreyPicture& picture, const Frame& inside) {
  std::array<std::uint64_t, 256> counts{};
  std::uint64_t total = 0;
  for (std::uint32_t y = inside.top; y < inside.bottom; ++y) {
    for (std::uint32_t x = inside.left; x < inside.right; ++x, ++total) {
      ++counts.at(pixel(picture, x, y));
    }
  }
  std::uint64_t seen = 0;
  int shade = 255;
  while (shade > 0 && (seen += counts.at(static_cast<std::size_t>(shade))) * 2 < total) --shade;
  return shade;
}

bool is_inked(const GreyPicture& picture, const Frame& cell, int dark) {
  const std::uint32_t area = (cell.right - cell.left) * (cell.bottom - cell.top);
  const std::uint32_t wanted = std::max(area / ink_share, 1U);
  std::uint32_t count = 0;
  for (std::uint32_t y = cell.top; y < cell.bottom; ++y) {
    for (std::uint32_t x = cell.left; x < cell.right; ++x) {
      if (pixel(picture, x, y) < dark && ++count > wanted) return true;
    }
  }
  return false;
}

std::vector<std::string> read_barcodes(const GreyPicture& picture) {
  const std::unique_ptr<zbar::zbar_image_scanner_t, ScannerCloser> scanner(
      zbar::zbar_image_scanner_create());
  const std::unique_ptr<zbar::zbar_image_t, ImageCloser> image(zbar::zbar_image_create());
  if (!scanner || !image) throw std::bad_alloc();
  zbar::zbar_image_scanner_set_config(scanner.get(), zbar::ZBAR_NONE, zbar::ZBAR_CFG_ENABLE, 0);
  for (const auto kind : {zbar::ZBAR_CODE128, zbar::ZBAR_CODE39, zbar::ZBAR_QRCODE}) {
    zbar::zbar_image_scanner_set_config(scanner.get(), kind, zbar::ZBAR_CFG_ENABLE, 1);
  }
  zbar::zbar_image_set_format(image.get(), zbar_fourcc('Y', '8', '0', '0'));
  zbar::zbar_image_set_size(image.get(), picture.width, picture.height);
  zbar::zbar_image_set_data(image.get(), picture.pixels.data(), picture.pixels.size(), nullptr);
  std::vector<std::string> found;
  if (zbar::zbar_scan_image(scanner.get(), image.get()) < 0) return found;
  for (const zbar::zbar_symbol_t* symbol = zbar::zbar_image_first_symbol(image.get());
       symbol != nullptr && found.size() < barcodes_max; symbol = zbar::zbar_symbol_next(symbol)) {
    const std::string_view data(zbar::zbar_symbol_get_data(symbol),
                                zbar::zbar_symbol_get_data_length(symbol));
    std::string text = clean_metadata(data, barcode_bytes_max);
    if (text.empty() || std::find(found.begin(), found.end(), text) != found.end()) continue;
    found.push_back(std::move(text));
  }
  return found;
}

}  // namespace

std::optional<GreyPicture> take_picture(std::string_view& bytes) {
  std::string_view rest = bytes;
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  if (!rest.starts_with("P5")) return std::nullopt;
  rest.remove_prefix(2);
  GreyPicture picture;
  picture.width = take_number(rest).value_or(0);
  picture.height = take_number(rest).value_or(0);
  const std::uint32_t white = take_number(rest).value_or(0);
  if (picture.width == 0 || picture.height == 0 || white != 255) return std::nullopt;
  if (picture.width > side_max || picture.height > side_max) return std::nullopt;
  const std::size_t size = std::size_t{picture.width} * picture.height;
  // One white space divides the head from the pixels.
  if (rest.size() < size + 1 || !is_space(rest.front())) return std::nullopt;
  picture.pixels = rest.substr(1, size);
  bytes = rest.substr(size + 1);
  return picture;
}

bool is_blank(const GreyPicture& picture) {
  if (std::min(picture.width, picture.height) < blank_side_min) return false;
  const Frame inside = inside_of(picture);
  const int paper = paper_shade(picture, inside);
  if (paper < paper_min) return false;
  const std::uint32_t side = std::max(std::max(picture.width, picture.height) / cells_along, 2U);
  std::size_t inked = 0;
  for (std::uint32_t top = inside.top; top < inside.bottom; top += side) {
    for (std::uint32_t left = inside.left; left < inside.right; left += side) {
      const Frame cell{left, top, std::min(left + side, inside.right),
                       std::min(top + side, inside.bottom)};
      if (is_inked(picture, cell, paper - contrast) && ++inked > specks_max) return false;
    }
  }
  return true;
}

PageMarks mark_page(const GreyPicture& picture) {
  PageMarks marks;
  // Labels stand in the margin, too, where ink counts for nothing.
  marks.barcodes = read_barcodes(picture);
  marks.is_blank = marks.barcodes.empty() && is_blank(picture);
  return marks;
}

ToolCommand page_marks_tool(PageRange pages) {
  return {"/usr/bin/pdftoppm",
          {"-gray", "-cropbox", "-f", std::to_string(pages.first), "-l", std::to_string(pages.last),
           "-scale-to", std::to_string(longer_side), "-"},
          {"/usr/share/poppler"}};
}

void run_pdf_marks_stage(const JobRequest& request) {
  // No page's picture is larger than a square one, with its head.
  constexpr std::size_t square_bytes = std::size_t{longer_side + 1} * (longer_side + 1) + 64;
  ReplyWriter reply(STDOUT_FILENO);
  reply.write_type("image/x-portable-graymap");
  try {
    const ToolOutput said = read_tool_output(STDIN_FILENO, tool_output_messages_descriptor,
                                             square_bytes * request.count, messages_bytes_max);
    std::vector<PageMarks> pages;
    std::string_view rest = said.output;
    while (pages.size() < request.count) {
      const auto picture = take_picture(rest);
      if (!picture) break;
      pages.push_back(mark_page(*picture));
    }
    reply.write_marks(pages);
  } catch (const std::bad_alloc&) {
    Extraction none;
    none.state = TextState::limit_exceeded;
    reply.write(none, Cause::out_of_memory);
  }
}

std::vector<PageMarks> mark_pictures(std::string_view bytes, PageRange pages) {
  std::vector<PageMarks> marks;
  for (std::uint32_t page = pages.first; page <= pages.last; ++page) {
    const PagePicture made = make_page_picture(bytes, page);
    std::string_view pgm = made.pgm;
    const auto picture = take_picture(pgm);
    if (!picture) break;
    marks.push_back(mark_page(*picture));
  }
  return marks;
}

}  // namespace dms::search::extract
