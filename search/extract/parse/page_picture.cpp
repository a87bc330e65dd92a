#include "search/extract/parse/page_picture.h"

#include <leptonica/allheaders.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <utility>

#include "search/extract/parse/picture.h"
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
    pixels = count_pixels(bytes);
  }
  return pixels > 0 && pixels <= small_pixels_max;
}

PagePicture make_page_picture(std::string_view bytes, std::uint32_t page) {
  LoadedPicture loaded = load_picture(bytes, page);
  if (loaded.cause != Cause::none) return {loaded.cause, {}};
  return even_out(std::move(loaded.pixels), loaded.orientation);
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
