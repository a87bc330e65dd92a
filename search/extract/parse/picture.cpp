#include "search/extract/parse/picture.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "search/extract/parse/page_picture.h"
#include "search/extract/parse/picture_header.h"

namespace dms::search::extract {
namespace {

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

}  // namespace

void replace(Picture& picture, PIX* made) {
  if (made != nullptr) picture.reset(made);
}

void set_upright(Picture& picture, int orientation) {
  const bool mirrored =
      orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
  if (mirrored) replace(picture, ::pixFlipLR(nullptr, picture.get()));
  constexpr std::array<int, 9> quarter_turns{0, 0, 0, 2, 2, 3, 1, 1, 3};
  const int turns = quarter_turns.at(static_cast<std::size_t>(orientation));
  if (turns != 0) replace(picture, ::pixRotateOrth(picture.get(), turns));
}

LoadedPicture load_picture(std::string_view bytes, std::uint32_t page) {
  ::setMsgSeverity(L_SEVERITY_NONE);
  const auto shape = page == 0 || page > picture_pages_max ? std::nullopt : read_shape(bytes, page);
  if (!shape) return {Cause::broken_picture, nullptr};
  if (unpacked_bytes(*shape) > picture_bytes_max) return {Cause::picture_too_large, nullptr};
  LoadedPicture loaded;
  loaded.pixels.reset(shape->format == IFF_TIFF
                          ? ::pixReadMemTiff(raw(bytes), bytes.size(), static_cast<int>(page) - 1)
                          : ::pixReadMem(raw(bytes), bytes.size()));
  if (!loaded.pixels) return {Cause::broken_picture, nullptr};
  if (shape->format == IFF_JFIF_JPEG) loaded.orientation = exif_orientation(bytes);
  return loaded;
}

std::uint64_t count_pixels(std::string_view bytes) {
  ::setMsgSeverity(L_SEVERITY_NONE);
  const auto shape = read_shape(bytes, 1);
  if (!shape) return 0;
  return static_cast<std::uint64_t>(shape->width) * static_cast<std::uint64_t>(shape->height);
}

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

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

}  // namespace dms::search::extract
