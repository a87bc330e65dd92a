#include "search/extract/parse/ole/excel_strings.h"

#include <algorithm>

#include "search/extract/parse/charset.h"

namespace dms::search::extract {
namespace {

constexpr std::uint8_t flag_wide = 1;
constexpr std::uint8_t flag_phonetic = 4;
constexpr std::uint8_t flag_rich = 8;

}  // namespace

bool ExcelStrings::at_end() const {
  for (std::size_t i = part_; i < parts_.size(); ++i) {
    if (parts_[i].size() > (i == part_ ? at_ : 0)) return false;
  }
  return true;
}

std::uint8_t ExcelStrings::byte() {
  while (part_ < parts_.size() && at_ >= parts_[part_].size()) {
    ++part_;
    at_ = 0;
  }
  return part_ < parts_.size() ? static_cast<std::uint8_t>(parts_[part_][at_++]) : std::uint8_t{0};
}

std::uint32_t ExcelStrings::number(int bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= std::uint32_t{byte()} << (8U * static_cast<unsigned>(i));
  return value;
}

void ExcelStrings::skip(std::size_t bytes) {
  while (bytes > 0 && part_ < parts_.size()) {
    const std::size_t here =
        std::min(bytes, parts_[part_].size() - std::min(at_, parts_[part_].size()));
    at_ += here;
    bytes -= here;
    if (bytes > 0) {
      ++part_;
      at_ = 0;
    }
  }
}

std::string ExcelStrings::characters(std::size_t count, bool wide) {
  std::string units;  // UTF-16
  while (count > 0 && part_ < parts_.size()) {
    if (at_ >= parts_[part_].size()) {
      ++part_;
      at_ = 0;
      if (part_ >= parts_.size()) break;
      wide = (byte() & flag_wide) != 0;
      continue;
    }
    units += static_cast<char>(byte());
    units += wide ? static_cast<char>(byte()) : '\0';
    --count;
  }
  return to_utf8(units, "utf-16le", units.size() * 2);
}

std::string ExcelStrings::read_rich() {
  const std::size_t count = number(2);
  const std::uint8_t flags = byte();
  const std::size_t runs = (flags & flag_rich) != 0 ? number(2) : 0;
  const std::size_t phonetic = (flags & flag_phonetic) != 0 ? number(4) : 0;
  std::string text = characters(count, (flags & flag_wide) != 0);
  skip(runs * 4 + phonetic);
  return text;
}

std::string ExcelStrings::read_characters(std::size_t count) {
  const bool wide = (byte() & flag_wide) != 0;
  return characters(count, wide);
}

}  // namespace dms::search::extract
