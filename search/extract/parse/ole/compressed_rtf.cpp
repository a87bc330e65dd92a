#include "search/extract/parse/ole/compressed_rtf.h"

#include <algorithm>
#include <array>

#include "search/extract/parse/ole/little_endian.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t header_bytes = 16;
constexpr std::size_t window_bytes = 4096;
constexpr std::uint32_t compressed = 0x75465a4c;    // "LZFu"
constexpr std::uint32_t uncompressed = 0x414c454d;  // "MELA"
// What stands in the window before the first byte ([MS-OXRTFCP] 2.1.2.1).
constexpr std::string_view prefix =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
static_assert(prefix.size() == 207);

}  // namespace

std::string decompress_rtf(std::string_view bytes, std::size_t bytes_max) {
  const std::uint32_t kind = u32_at(bytes, 8);
  std::string_view rest = piece(bytes, header_bytes);
  if (kind == uncompressed) return std::string(rest.substr(0, bytes_max));
  if (kind != compressed) return {};
  std::array<char, window_bytes> window{};
  std::copy(prefix.begin(), prefix.end(), window.begin());
  std::size_t next = prefix.size();
  std::string text;
  const auto put = [&](char c) {
    text += c;
    window[next] = c;
    next = (next + 1) % window_bytes;
  };
  while (!rest.empty() && text.size() < bytes_max) {
    const std::uint8_t control = byte_at(rest, 0);
    rest.remove_prefix(1);
    for (unsigned bit = 0; bit < 8 && !rest.empty(); ++bit) {
      if ((control >> bit & 1U) == 0) {
        put(rest.front());
        rest.remove_prefix(1);
        continue;
      }
      // Twelve bits where in the window, four bits how many.
      const unsigned token = unsigned{byte_at(rest, 0)} << 8U | byte_at(rest, 1);
      rest = piece(rest, 2);
      std::size_t from = token >> 4U;
      if (from == next) return text;  // the end
      for (unsigned count = (token & 0xfU) + 2; count > 0; --count) {
        put(window[from]);
        from = (from + 1) % window_bytes;
      }
    }
  }
  return text;
}

}  // namespace dms::search::extract
