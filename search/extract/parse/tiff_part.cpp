#include "search/extract/parse/tiff_part.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "search/extract/parse/tiff_bytes.h"

namespace dms::search::extract {
namespace {

enum Tag : std::uint64_t {
  strip_offsets = 273,
  strip_byte_counts = 279,
  tile_offsets = 324,
  tile_byte_counts = 325,
  sub_directories = 330,
  old_jpeg = 513,
  exif = 34665,
  gps = 34853,
  interoperability = 40965,
};
// What leads elsewhere in the file and is no part of the picture.
constexpr std::array<std::uint64_t, 4> left_out{sub_directories, exif, gps, interoperability};

// What a part may be larger than the whole: directories, and no more.
constexpr std::size_t spare_bytes = 1U << 20U;
constexpr std::size_t long_bytes = 4;

// Of one value (TIFF 6.0, section 2); 0 where the type is unknown.
std::uint64_t value_bytes(std::uint64_t type) {
  constexpr std::array<std::uint64_t, 14> bytes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  return type < bytes.size() ? bytes.at(type) : 0;
}

struct Entry {
  std::uint64_t tag = 0;
  std::uint64_t type = 0;
  std::uint64_t count = 0;
  std::uint64_t at = 0;  // of its values
};

class Copy {
 public:
  Copy(const TiffBytes& tiff, std::string_view bytes) : tiff_(tiff), bytes_(bytes) {
    out_ = bytes.substr(0, 4);
    link_ = out_.size();
    append(0, long_bytes);
  }

  // False where it cannot be taken over.
  bool page(std::uint64_t directory) {
    std::vector<Entry> entries;
    if (!read(directory, entries)) return false;
    std::string table;
    for (const Entry& entry : entries) {
      const auto placed = place(entry, entries);
      if (!placed) return false;
      table += *placed;
    }
    if (out_.size() % 2 != 0) out_ += '\0';
    write(link_, out_.size(), long_bytes);
    append(entries.size(), 2);
    out_ += table;
    link_ = out_.size();
    append(0, long_bytes);
    return fits();
  }

  std::string finish() { return std::move(out_); }

 private:
  bool read(std::uint64_t directory, std::vector<Entry>& entries) const {
    const std::uint64_t count = tiff_.number(directory, 2);
    if (directory + 2 + count * tiff_entry_bytes > bytes_.size()) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t at = directory + 2 + i * tiff_entry_bytes;
      Entry entry{tiff_.number(at, 2), tiff_.number(at + 2, 2), tiff_.number(at + 4, 4), at + 8};
      if (std::find(left_out.begin(), left_out.end(), entry.tag) != left_out.end()) continue;
      const std::uint64_t size = value_bytes(entry.type) * entry.count;
      if (size > long_bytes) entry.at = tiff_.number(at + 8, long_bytes);
      const bool is_within = entry.at <= bytes_.size() && size <= bytes_.size() - entry.at;
      if (entry.tag == old_jpeg || size == 0 || !is_within) return false;
      entries.push_back(entry);
    }
    return !entries.empty();
  }

  // The entry as it stands in the part, with what it names put before it.
  std::optional<std::string> place(const Entry& entry, const std::vector<Entry>& entries) {
    if (entry.tag == strip_offsets) return place_data(entry, entries, strip_byte_counts);
    if (entry.tag == tile_offsets) return place_data(entry, entries, tile_byte_counts);
    return written(entry.tag, entry.type, entry.count,
                   bytes_.substr(entry.at, value_bytes(entry.type) * entry.count));
  }

  std::optional<std::string> place_data(const Entry& offsets, const std::vector<Entry>& entries,
                                        std::uint64_t counts_tag) {
    const auto counts = std::find_if(entries.begin(), entries.end(), [&](const Entry& each) {
      return each.tag == counts_tag && each.count == offsets.count;
    });
    if (counts == entries.end()) return std::nullopt;
    std::string moved;
    for (std::uint64_t i = 0; i < offsets.count; ++i) {
      const std::uint64_t from = value(offsets, i);
      const std::uint64_t size = value(*counts, i);
      if (from > bytes_.size() || size > bytes_.size() - from) return std::nullopt;
      if (out_.size() % 2 != 0) out_ += '\0';
      moved += number(out_.size(), long_bytes);
      if (!fits(size)) return std::nullopt;
      out_ += bytes_.substr(from, size);
    }
    constexpr std::uint64_t long_type = 4;
    return written(offsets.tag, long_type, offsets.count, moved);
  }

  // nullopt where the part would become too large.
  std::optional<std::string> written(std::uint64_t tag, std::uint64_t type, std::uint64_t count,
                                     std::string_view values) {
    std::string entry = number(tag, 2) + number(type, 2) + number(count, long_bytes);
    if (values.size() <= long_bytes) {
      entry += values;
      entry.resize(tiff_entry_bytes, '\0');
      return entry;
    }
    if (out_.size() % 2 != 0) out_ += '\0';
    entry += number(out_.size(), long_bytes);
    if (!fits(values.size())) return std::nullopt;
    out_ += values;
    return entry;
  }

  std::uint64_t value(const Entry& entry, std::uint64_t index) const {
    const std::uint64_t size = value_bytes(entry.type);
    return tiff_.number(entry.at + index * size, size);
  }

  std::string number(std::uint64_t value, std::size_t size) const {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t at = tiff_.is_little() ? i : size - 1 - i;
      text[at] = static_cast<char>(value >> (8 * i) & 0xffU);
    }
    return text;
  }
  void append(std::uint64_t value, std::size_t size) { out_ += number(value, size); }
  void write(std::size_t at, std::uint64_t value, std::size_t size) {
    out_.replace(at, size, number(value, size));
  }
  // Strips that lie upon each other, and entries that name the same values, would make a large file
  // of a small one. `more` is within the whole.
  bool fits(std::uint64_t more = 0) const {
    return out_.size() + more <= bytes_.size() + spare_bytes;
  }

  const TiffBytes& tiff_;
  const std::string_view bytes_;
  std::string out_;
  std::size_t link_ = 0;  // where the offset of the next directory is to be written
};

}  // namespace

std::string tiff_part(std::string_view bytes, PageRange pages) {
  const auto tiff = TiffBytes::open(bytes);
  if (!tiff || tiff->is_big() || pages.first == 0 || pages.last < pages.first) return {};
  Copy copy(*tiff, bytes);
  std::uint64_t at = tiff->first_directory();
  for (std::uint32_t number = 1; number <= pages.last && number <= stack_pages_max; ++number) {
    if (at == 0 || at + 2 > bytes.size()) return {};
    if (number >= pages.first && !copy.page(at)) return {};
    at = tiff->number(at + 2 + tiff->number(at, 2) * tiff_entry_bytes, long_bytes);
  }
  return pages.last <= stack_pages_max ? copy.finish() : std::string();
}

}  // namespace dms::search::extract
