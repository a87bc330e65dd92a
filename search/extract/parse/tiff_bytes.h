#pragma once

// The numbers of a TIFF file (TIFF 6.0, section 2).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace dms::search::extract {

inline constexpr std::uint64_t tiff_entry_bytes = 12;  // of a directory, in the classic form

// Numbers of a TIFF, in its own order of bytes. Past the end all is 0.
class TiffBytes {
 public:
  static std::optional<TiffBytes> open(std::string_view bytes) {
    if (bytes.size() < 8) return std::nullopt;
    const bool little = bytes.starts_with("II");
    if (!little && !bytes.starts_with("MM")) return std::nullopt;
    const TiffBytes tiff(bytes, little);
    const std::uint64_t mark = tiff.number(2, 2);
    if (mark != classic_mark && mark != big_mark) return std::nullopt;
    return tiff;
  }

  bool is_big() const { return number(2, 2) == big_mark; }
  std::uint64_t first_directory() const { return is_big() ? number(8, 8) : number(4, 4); }
  std::uint64_t number(std::uint64_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t from = static_cast<std::size_t>(at) + (little_ ? size - 1 - i : i);
      value = value << 8U | static_cast<unsigned char>(bytes_[from]);
    }
    return value;
  }
  bool is_little() const { return little_; }
  std::uint64_t size() const { return bytes_.size(); }

 private:
  static constexpr std::uint64_t classic_mark = 42;
  static constexpr std::uint64_t big_mark = 43;
  TiffBytes(std::string_view bytes, bool little) : bytes_(bytes), little_(little) {}
  std::string_view bytes_;
  bool little_;
};

}  // namespace dms::search::extract
