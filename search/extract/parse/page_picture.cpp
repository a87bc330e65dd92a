#include "search/extract/parse/page_picture.h"

#include <leptonica/allheaders.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "search/extract/parse/picture_header.h"

namespace dms::search::extract {
namespace {

constexpr float wanted_dots = 300.0F;  // an inch: what tesseract's models were made with
// Below, and above, the number says nothing of the paper: screens, cameras.
constexpr int dots_min = 100;
constexpr int dots_max = 2400;
// Without a number: a letter page of a camera has more dots along its side, a small one too few.
constexpr int small_side = 1800;
constexpr float magnification_max = 3.0F;
// A page's picture by pdftoppm, with room for its head.
constexpr std::size_t piped_bytes_max = 160U << 20U;

struct PixCloser {
  void operator()(PIX* pix) const { ::pixDestroy(&pix); }
};
using Picture = std::unique_ptr<PIX, PixCloser>;

const l_uint8* raw(std::string_view bytes) {
  return reinterpret_cast<const l_uint8*>(bytes.data());
}

struct Shape {
  int format = IFF_UNKNOWN;
  int width = 0;
  int height = 0;
  int bits = 0;     // a sample
  int samples = 0;  // a pixel
  int colours = 0;  // of a table; 0: none
};

std::optional<Shape> read_shape(std::string_view bytes, std::uint32_t page) {
  Shape shape;
  if (bytes.size() < 12 || ::findFileFormatBuffer(raw(bytes), &shape.format) != 0) {
    return std::nullopt;
  }
  const bool tiff = shape.format >= IFF_TIFF && shape.format <= IFF_TIFF_ZIP;
  int dots = 0;
  int trouble = 1;
  if (tiff || shape.format == IFF_TIFF_JPEG) {
    trouble = ::readHeaderMemTiff(raw(bytes), bytes.size(), static_cast<int>(page) - 1,
                                  &shape.width, &shape.height, &shape.bits, &shape.samples, &dots,
                                  &shape.colours, &shape.format);
    shape.format = IFF_TIFF;
  } else if (page == 1) {
    trouble = ::pixReadHeaderMem(raw(bytes), bytes.size(), &shape.format, &shape.width,
                                 &shape.height, &shape.bits, &shape.samples, &shape.colours);
  }
  const bool sound = trouble == 0 && shape.width > 0 && shape.height > 0;
  return sound ? std::optional(shape) : std::nullopt;
}

// What leptonica makes of it: a bit, a byte or four a pixel.
std::uint64_t unpacked_bytes(const Shape& shape) {
  const auto pixels =
      static_cast<std::uint64_t>(shape.width) * static_cast<std::uint64_t>(shape.height);
  const bool one_sample = shape.samples == 1 || shape.colours > 0;
  if (one_sample && shape.bits == 1) return pixels / 8;
  return one_sample ? pixels * static_cast<std::uint64_t>(std::max(shape.bits, 8)) / 8 : pixels * 4;
}

// Taken over where it was made; else the picture stays as it is.
void replace(Picture& picture, PIX* made) {
  if (made != nullptr) picture.reset(made);
}

// As EXIF has it; TIFF's own orientation leptonica heeds.
void set_upright(Picture& picture, int orientation) {
  const bool mirrored =
      orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
  if (mirrored) replace(picture, ::pixFlipLR(nullptr, picture.get()));
  constexpr std::array<int, 9> quarter_turns{0, 0, 0, 2, 2, 3, 1, 1, 3};
  const int turns = quarter_turns.at(static_cast<std::size_t>(orientation));
  if (turns != 0) replace(picture, ::pixRotateOrth(picture.get(), turns));
}

struct Scale {
  float across = 1.0F;
  float down = 1.0F;
};

// A fax has other numbers of dots across than down: its pixels are made square, too.
Scale wanted_scale(PIX* picture) {
  const int across = ::pixGetXRes(picture);
  const int down = ::pixGetYRes(picture);
  const int width = ::pixGetWidth(picture);
  const int height = ::pixGetHeight(picture);
  Scale scale;
  const auto known = [](int dots) { return dots >= dots_min && dots <= dots_max; };
  if (known(across) && known(down)) {
    scale = {wanted_dots / static_cast<float>(across), wanted_dots / static_cast<float>(down)};
    scale.across = std::min(scale.across, magnification_max);
    scale.down = std::min(scale.down, magnification_max);
  } else if (std::max(width, height) < small_side) {
    scale = {2.0F, 2.0F};
  }
  const double pixels = static_cast<double>(width) * static_cast<double>(scale.across) *
                        static_cast<double>(height) * static_cast<double>(scale.down);
  if (pixels > static_cast<double>(page_pixels_max)) {
    const auto less = static_cast<float>(std::sqrt(static_cast<double>(page_pixels_max) / pixels));
    scale.across *= less;
    scale.down *= less;
  }
  return scale;
}

std::string write_pgm(PIX* picture) {
  const int width = ::pixGetWidth(picture);
  const int height = ::pixGetHeight(picture);
  std::string pgm = "P5\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
  pgm.reserve(pgm.size() + static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  const l_uint32* line = ::pixGetData(picture);
  for (int y = 0; y < height; ++y, line += ::pixGetWpl(picture)) {
    for (int x = 0; x < width; ++x) pgm += static_cast<char>(GET_DATA_BYTE(line, x));
  }
  return pgm;
}

PagePicture even_out(Picture picture, int orientation) {
  // What is transparent was meant to lie on paper.
  replace(picture, ::pixRemoveAlpha(picture.get()));
  Picture grey(::pixConvertTo8(picture.get(), 0));
  if (!grey) return {Cause::out_of_memory, {}};
  picture.reset();
  const Scale scale = wanted_scale(grey.get());
  const auto differs = [](float factor) { return std::abs(factor - 1.0F) > 0.05F; };
  if (differs(scale.across) || differs(scale.down)) {
    replace(grey, ::pixScale(grey.get(), scale.across, scale.down));
  }
  set_upright(grey, orientation);
  const auto pixels = static_cast<std::uint64_t>(::pixGetWidth(grey.get())) *
                      static_cast<std::uint64_t>(::pixGetHeight(grey.get()));
  // It could not be made smaller.
  if (pixels > page_pixels_max + page_pixels_max / 4) return {Cause::picture_too_large, {}};
  return {Cause::none, write_pgm(grey.get())};
}

// Writes all of it; a reader that is gone takes this process along.
void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// False where there is more than `bytes_max`.
bool read_input(std::size_t bytes_max, std::string& all) {
  std::array<char, 65536> block;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    if (all.size() + static_cast<std::size_t>(got) > bytes_max) return false;
    all.append(block.data(), static_cast<std::size_t>(got));
  }
}

struct CauseWords {
  Cause cause;
  std::string_view words;
};
constexpr std::array<CauseWords, 3> cause_words{
    {{Cause::picture_too_large, "aktenwerk: picture too large"},
     {Cause::broken_picture, "aktenwerk: no picture"},
     {Cause::out_of_memory, "aktenwerk: picture out of memory"}}};

}  // namespace

bool is_page_picture(std::string_view mime_type) {
  return mime_type == "image/jpeg" || mime_type == "image/png" || mime_type == "image/tiff";
}

std::uint32_t count_picture_pages(std::string_view mime_type, std::string_view bytes) {
  if (mime_type == "image/tiff") return count_tiff_pages(bytes, picture_pages_max);
  return is_page_picture(mime_type) ? 1 : 0;
}

bool is_small_picture(std::string_view bytes) {
  constexpr std::uint64_t small_pixels_max = 150'000;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  std::uint64_t pixels = 0;
  if (bytes.starts_with("GIF8") && bytes.size() >= 10) {
    pixels = std::uint64_t{byte(6) | static_cast<unsigned>(byte(7)) << 8U} *
             (byte(8) | static_cast<unsigned>(byte(9)) << 8U);
  } else {
    ::setMsgSeverity(L_SEVERITY_NONE);
    const auto shape = read_shape(bytes, 1);
    if (!shape) return false;
    pixels = static_cast<std::uint64_t>(shape->width) * static_cast<std::uint64_t>(shape->height);
  }
  return pixels > 0 && pixels <= small_pixels_max;
}

PagePicture make_page_picture(std::string_view bytes, std::uint32_t page) {
  ::setMsgSeverity(L_SEVERITY_NONE);
  const auto shape = page == 0 || page > picture_pages_max ? std::nullopt : read_shape(bytes, page);
  if (!shape) return {Cause::broken_picture, {}};
  if (unpacked_bytes(*shape) > picture_bytes_max) return {Cause::picture_too_large, {}};
  Picture picture(shape->format == IFF_TIFF
                      ? ::pixReadMemTiff(raw(bytes), bytes.size(), static_cast<int>(page) - 1)
                      : ::pixReadMem(raw(bytes), bytes.size()));
  if (!picture) return {Cause::broken_picture, {}};
  const int orientation = shape->format == IFF_JFIF_JPEG ? exif_orientation(bytes) : 1;
  return even_out(std::move(picture), orientation);
}

void run_picture_stage(const JobRequest& request) {
  PagePicture made;
  try {
    const bool is_file = request.kind == JobKind::picture_page;
    std::string bytes;
    if (read_input(is_file ? request.input_bytes_max : piped_bytes_max, bytes)) {
      made = make_page_picture(bytes, is_file ? request.number : 1);
    } else {
      made.cause = Cause::picture_too_large;
    }
  } catch (const std::bad_alloc&) {
    made.cause = Cause::out_of_memory;
  }
  for (const CauseWords& each : cause_words) {
    if (each.cause == made.cause) write_all(STDERR_FILENO, each.words);
  }
  write_all(STDOUT_FILENO, made.pgm);
}

Cause find_picture_cause(std::string_view messages) {
  for (const CauseWords& each : cause_words) {
    if (messages.find(each.words) != std::string_view::npos) return each.cause;
  }
  return Cause::none;
}

}  // namespace dms::search::extract
