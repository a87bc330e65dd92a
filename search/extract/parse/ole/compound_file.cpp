#include "search/extract/parse/ole/compound_file.h"

#include <algorithm>

#include "search/extract/parse/charset.h"
#include "search/extract/parse/ole/little_endian.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view signature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
constexpr std::size_t header_bytes = 512;
constexpr std::size_t header_table_places = 109;
constexpr std::uint32_t last_regular_sector = 0xfffffffaU;
constexpr std::uint32_t no_entry = 0xffffffffU;
constexpr std::size_t entry_bytes = 128;
constexpr std::size_t mini_sector_bytes = 64;
constexpr std::size_t entries_max = 100'000;
constexpr std::uint8_t type_storage = 1;
constexpr std::uint8_t type_stream = 2;
constexpr std::uint8_t type_root = 5;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

CompoundFile::Entry read_entry(std::string_view bytes, bool long_sizes) {
  constexpr std::size_t name_bytes_max = 64;
  CompoundFile::Entry entry;
  // The length counts the final NUL.
  const std::size_t length = std::min<std::size_t>(u16_at(bytes, 64), name_bytes_max);
  entry.name = to_utf8(bytes.substr(0, length < 2 ? 0 : length - 2), "utf-16le", entry_bytes * 2);
  const std::uint8_t type = byte_at(bytes, 66);
  entry.is_storage = type == type_storage || type == type_root;
  entry.left = u32_at(bytes, 68);
  entry.right = u32_at(bytes, 72);
  entry.child = entry.is_storage ? u32_at(bytes, 76) : no_entry;
  entry.start = u32_at(bytes, 116);
  entry.size = long_sizes ? u64_at(bytes, 120) : u32_at(bytes, 120);
  if (!entry.is_storage && type != type_stream) entry.name.clear();
  return entry;
}

void append_numbers(std::string_view bytes, std::vector<std::uint32_t>& numbers) {
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) numbers.push_back(u32_at(bytes, at));
}

}  // namespace

bool CompoundFile::begins_like_one(std::string_view bytes) {
  return bytes.starts_with(signature);
}

std::optional<CompoundFile> CompoundFile::open(std::string_view bytes) {
  CompoundFile file(bytes);
  if (!begins_like_one(bytes) || !file.read_header()) return std::nullopt;
  file.read_directory();
  if (file.entries_.empty() || !file.entries_.front().is_storage) return std::nullopt;
  const Entry& root = file.entries_.front();
  file.mini_stream_ = file.read_chain(root.start, root.size);
  return file;
}

std::string_view CompoundFile::sector(std::uint32_t number) const {
  if (number > last_regular_sector) return {};
  return piece(bytes_, (std::size_t{number} + 1) * sector_bytes_, sector_bytes_);
}

// The header and the sector table, whose own sectors are listed in the header and then in a chain
// of sectors of their own ([MS-CFB] 2.2, 2.5).
bool CompoundFile::read_header() {
  const std::uint16_t shift = u16_at(bytes_, 30);
  if (bytes_.size() < header_bytes || (shift != 9 && shift != 12)) return false;
  sector_bytes_ = std::size_t{1} << shift;
  directory_start_ = u32_at(bytes_, 48);
  mini_cutoff_ = u32_at(bytes_, 56);
  const std::size_t sectors_max = bytes_.size() / sector_bytes_ + 1;
  std::vector<std::uint32_t> places;
  append_numbers(piece(bytes_, 76, header_table_places * 4), places);
  std::uint32_t more = u32_at(bytes_, 68);
  for (std::size_t count = 0; count < sectors_max && places.size() < sectors_max; ++count) {
    const std::string_view list = sector(more);
    if (list.size() < sector_bytes_) break;
    append_numbers(list.substr(0, sector_bytes_ - 4), places);
    more = u32_at(list, sector_bytes_ - 4);
  }
  for (const std::uint32_t place : places) {
    if (table_.size() >= sectors_max) break;
    const std::string_view part = sector(place);
    append_numbers(part, table_);
  }
  const std::string mini = read_chain(u32_at(bytes_, 60), bytes_.size());
  append_numbers(mini, mini_table_);
  return !table_.empty();
}

void CompoundFile::read_directory() {
  const bool long_sizes = sector_bytes_ != 512;
  const std::string directory = read_chain(directory_start_, bytes_.size());
  for (std::size_t at = 0; at + entry_bytes <= directory.size() && entries_.size() < entries_max;
       at += entry_bytes) {
    entries_.push_back(read_entry(std::string_view(directory).substr(at, entry_bytes), long_sizes));
  }
}

std::string CompoundFile::read_chain(std::uint32_t start, std::uint64_t size) const {
  std::string content;
  std::uint32_t next = start;
  // No chain is longer than the file: a loop ends there.
  for (std::size_t count = 0; count <= table_.size() && content.size() < size; ++count) {
    const std::string_view part = sector(next);
    if (part.empty()) break;
    content += part;
    next = next < table_.size() ? table_[next] : no_entry;
  }
  if (content.size() > size) content.resize(static_cast<std::size_t>(size));
  return content;
}

std::string CompoundFile::read_mini_chain(std::uint32_t start, std::uint64_t size) const {
  std::string content;
  std::uint32_t next = start;
  for (std::size_t count = 0; count <= mini_table_.size() && content.size() < size; ++count) {
    if (next > last_regular_sector) break;
    const std::string_view part =
        piece(mini_stream_, std::size_t{next} * mini_sector_bytes, mini_sector_bytes);
    if (part.empty()) break;
    content += part;
    next = next < mini_table_.size() ? mini_table_[next] : no_entry;
  }
  if (content.size() > size) content.resize(static_cast<std::size_t>(size));
  return content;
}

// A storage's children are a binary tree; a broken one may lead in circles.
std::vector<const CompoundFile::Entry*> CompoundFile::children(const Entry& storage) const {
  std::vector<const Entry*> found;
  std::vector<bool> seen(entries_.size(), false);
  std::vector<std::uint32_t> waiting{storage.child};
  while (!waiting.empty()) {
    const std::uint32_t number = waiting.back();
    waiting.pop_back();
    if (number >= entries_.size() || seen[number]) continue;
    seen[number] = true;
    const Entry& entry = entries_[number];
    if (!entry.name.empty()) found.push_back(&entry);
    waiting.push_back(entry.left);
    waiting.push_back(entry.right);
  }
  std::sort(found.begin(), found.end());
  return found;
}

const CompoundFile::Entry* CompoundFile::find(const Entry& storage, std::string_view name) const {
  const std::string wanted = lower(name);
  for (const Entry* each : children(storage)) {
    if (lower(each->name) == wanted) return each;
  }
  return nullptr;
}

std::string CompoundFile::read(const Entry& stream, std::size_t bytes_max) const {
  if (stream.is_storage) return {};
  const std::uint64_t size = std::min<std::uint64_t>(stream.size, bytes_max);
  return stream.size < mini_cutoff_ ? read_mini_chain(stream.start, size)
                                    : read_chain(stream.start, size);
}

std::string CompoundFile::read(const Entry& storage, std::string_view name,
                               std::size_t bytes_max) const {
  const Entry* entry = find(storage, name);
  return entry == nullptr ? std::string() : read(*entry, bytes_max);
}

}  // namespace dms::search::extract
