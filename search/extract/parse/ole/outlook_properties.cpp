#include "search/extract/parse/ole/outlook_properties.h"

#include <array>
#include <cstdio>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/ole/little_endian.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t value_bytes_max = 256U << 20U;
constexpr std::uint16_t type_text = 0x001e;
constexpr std::uint16_t type_unicode = 0x001f;
constexpr std::uint16_t type_bytes = 0x0102;
constexpr std::uint16_t type_object = 0x000d;

std::string stream_name(OutlookProperty property, std::uint16_t type) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "__substg1.0_%04X%04X", static_cast<unsigned>(property),
                unsigned{type});
  return name.data();
}

}  // namespace

OutlookProperties::OutlookProperties(const CompoundFile& file, const CompoundFile::Entry& storage)
    : file_(file), storage_(storage) {
  constexpr std::size_t fixed_bytes_max = 1U << 20U;
  fixed_ = file.read(storage, "__properties_version1.0", fixed_bytes_max);
  std::uint32_t page = number(OutlookProperty::code_page).value_or(0);
  if (page == 0) page = number(OutlookProperty::internet_code_page).value_or(0);
  if (page != 0) code_page_ = code_page_name(page);
}

std::string OutlookProperties::text(OutlookProperty property,
                                    const std::string& fallback_page) const {
  std::string bytes = file_.read(storage_, stream_name(property, type_unicode), value_bytes_max);
  std::string page = "utf-16le";
  if (bytes.empty()) {
    bytes = file_.read(storage_, stream_name(property, type_text), value_bytes_max);
    page = fallback_page.empty() ? code_page_ : fallback_page;
  }
  std::string text = to_utf8(bytes, page, value_bytes_max);
  while (text.ends_with('\0')) text.pop_back();
  return text;
}

std::string OutlookProperties::bytes(OutlookProperty property) const {
  return file_.read(storage_, stream_name(property, type_bytes), value_bytes_max);
}

// Entries of 16 bytes (type, property, flags, value) after a head whose size says what the storage
// is: a message, one within another, a recipient or attachment.
std::string_view OutlookProperties::fixed(OutlookProperty property) const {
  constexpr std::array<std::size_t, 3> heads{32, 24, 8};
  for (const std::size_t head : heads) {
    if (fixed_.size() < head || (fixed_.size() - head) % 16 != 0) continue;
    for (std::size_t at = head; at + 16 <= fixed_.size(); at += 16) {
      if (u16_at(fixed_, at + 2) == static_cast<std::uint16_t>(property)) {
        return piece(fixed_, at + 8, 8);
      }
    }
  }
  return {};
}

std::optional<std::uint32_t> OutlookProperties::number(OutlookProperty property) const {
  const std::string_view value = fixed(property);
  if (value.empty()) return std::nullopt;
  return u32_at(value, 0);
}

// A FILETIME: tenths of microseconds since 1601.
std::optional<Instant> OutlookProperties::time(OutlookProperty property) const {
  constexpr std::int64_t unix_epoch_us = 11'644'473'600'000'000;
  const std::uint64_t ticks = u64_at(fixed(property), 0);
  if (ticks == 0) return std::nullopt;
  const auto microseconds = static_cast<std::int64_t>(ticks / 10) - unix_epoch_us;
  const auto instant = from_unix_microseconds(microseconds / 1'000'000 * 1'000'000);
  return parse_rfc3339(format_rfc3339(instant));  // a year of four digits, or nothing
}

const CompoundFile::Entry* OutlookProperties::message() const {
  const CompoundFile::Entry* entry =
      file_.find(storage_, stream_name(OutlookProperty::content, type_object));
  return entry != nullptr && entry->is_storage ? entry : nullptr;
}

}  // namespace dms::search::extract
