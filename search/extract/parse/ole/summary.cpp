#include "search/extract/parse/ole/summary.h"

#include <algorithm>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/ole/little_endian.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t stream_bytes_max = 1U << 20U;
constexpr std::size_t value_bytes_max = 16U << 10U;
constexpr std::uint32_t type_text = 0x1e;       // in the set's code page
constexpr std::uint32_t type_wide_text = 0x1f;  // UTF-16
constexpr std::uint32_t type_number = 2;

std::string read_value(std::string_view set, std::size_t at, const std::string& code_page) {
  const std::uint32_t type = u32_at(set, at) & 0xffffU;
  const std::size_t count = u32_at(set, at + 4);
  if (type != type_text && type != type_wide_text) return {};
  const bool wide = type == type_wide_text || code_page == "utf-16le";
  const std::size_t bytes = type == type_wide_text ? count * 2 : count;
  std::string value = to_utf8(piece(set, at + 8, std::min(bytes, value_bytes_max)),
                              wide ? "utf-16le" : code_page, value_bytes_max * 2);
  return value.substr(0, value.find('\0'));
}

}  // namespace

Properties parse_summary(std::string_view stream) {
  constexpr std::size_t properties_max = 100;
  constexpr std::size_t first_set_offset = 44;
  Properties properties;
  const std::string_view set = piece(stream, u32_at(stream, first_set_offset));
  const std::size_t count = std::min<std::size_t>(u32_at(set, 4), properties_max);
  std::string code_page = "windows-1252";
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = u32_at(set, 12 + i * 8);
    if (u32_at(set, 8 + i * 8) == 1 && u16_at(set, at) == type_number) {
      code_page = code_page_name(u16_at(set, at + 4));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = u32_at(set, 12 + i * 8);
    std::string* const places[] = {&properties.title, &properties.subject, &properties.author,
                                   &properties.keywords, &properties.comments};
    const std::uint32_t number = u32_at(set, 8 + i * 8);
    if (number >= 2 && number < 7) *places[number - 2] = read_value(set, at, code_page);
  }
  return properties;
}

Properties read_summary(const CompoundFile& file) {
  return parse_summary(file.read(file.root(), "\5SummaryInformation", stream_bytes_max));
}

}  // namespace dms::search::extract
