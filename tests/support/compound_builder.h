#pragma once

// Compound files ([MS-CFB]) made in memory: some streams in the root, or in storages
// ("folder/name"). Every stream takes whole sectors, so the mini stream stays out of it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dms::test {

using CompoundStreams = std::vector<std::pair<std::string, std::string>>;  // name, content

class CompoundBuilder {
 public:
  explicit CompoundBuilder(const CompoundStreams& streams) {
    add_entry("Root Entry", root_type, {});
    std::map<std::string, std::size_t> storages;
    for (const auto& [path, content] : streams) {
      const std::size_t slash = path.find('/');
      std::size_t parent = 0;
      if (slash != std::string::npos) {
        const std::string folder = path.substr(0, slash);
        if (storages.count(folder) == 0) {
          storages[folder] = entries_.size();
          link(0, add_entry(folder, storage_type, {}));
        }
        parent = storages[folder];
      }
      link(parent, add_entry(path.substr(slash == std::string::npos ? 0 : slash + 1), stream_type,
                             content));
    }
  }

  std::string take() {
    std::string directory;
    for (const Entry& each : entries_) directory += encoded(each);
    const std::uint32_t directory_start = add_chain(directory);
    // The table's own sectors come last and count themselves.
    const std::size_t per_sector = sector_bytes / 4;
    std::size_t table_sectors = 1;
    while (table_sectors * per_sector < table_.size() + table_sectors) ++table_sectors;
    const std::size_t first = table_.size();
    for (std::size_t i = 0; i < table_sectors; ++i) table_.push_back(0xfffffffdU);
    table_.resize(table_sectors * per_sector, 0xffffffffU);
    std::string table;
    for (const std::uint32_t each : table_) put(table, each, 4);
    return header(directory_start, first, table_sectors) + sectors_ + table;
  }

 private:
  static constexpr std::size_t sector_bytes = 512;
  static constexpr std::uint8_t storage_type = 1;
  static constexpr std::uint8_t stream_type = 2;
  static constexpr std::uint8_t root_type = 5;

  struct Entry {
    std::string name;  // ASCII
    std::uint8_t type = 0;
    std::uint32_t right = 0xffffffffU;
    std::uint32_t child = 0xffffffffU;
    std::uint32_t start = 0xfffffffeU;
    std::size_t size = 0;
  };

  static void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      out += static_cast<char>(value >> (8U * static_cast<unsigned>(i)));
  }

  std::size_t add_entry(std::string name, std::uint8_t type, std::string_view content) {
    Entry entry{std::move(name), type};
    if (!content.empty()) {
      entry.start = add_chain(content);
      entry.size = content.size();
    }
    entries_.push_back(entry);
    return entries_.size() - 1;
  }

  // Children as a list: a tree that leans to the right.
  void link(std::size_t parent, std::size_t child) {
    entries_[child].right = entries_[parent].child;
    entries_[parent].child = static_cast<std::uint32_t>(child);
  }

  std::uint32_t add_chain(std::string_view content) {
    const auto start = static_cast<std::uint32_t>(table_.size());
    for (std::size_t at = 0; at < content.size(); at += sector_bytes) {
      std::string sector(content.substr(at, sector_bytes));
      sector.resize(sector_bytes, '\0');
      sectors_ += sector;
      const bool last = at + sector_bytes >= content.size();
      table_.push_back(last ? 0xfffffffeU : static_cast<std::uint32_t>(table_.size() + 1));
    }
    return start;
  }

  static std::string encoded(const Entry& entry) {
    std::string bytes;
    for (const char c : entry.name) put(bytes, static_cast<unsigned char>(c), 2);
    bytes.resize(64, '\0');
    put(bytes, (entry.name.size() + 1) * 2, 2);
    put(bytes, entry.type, 1);
    put(bytes, 1, 1);
    put(bytes, 0xffffffffU, 4);
    put(bytes, entry.right, 4);
    put(bytes, entry.child, 4);
    bytes.resize(116, '\0');
    put(bytes, entry.start, 4);
    put(bytes, entry.size, 8);
    return bytes;
  }

  static std::string header(std::uint32_t directory_start, std::size_t first_table_sector,
                            std::size_t table_sectors) {
    std::string bytes = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    bytes.resize(24, '\0');
    put(bytes, 0x3e, 2);
    put(bytes, 3, 2);
    put(bytes, 0xfffe, 2);
    put(bytes, 9, 2);  // sectors of 512 bytes
    put(bytes, 6, 2);
    bytes.resize(44, '\0');
    put(bytes, table_sectors, 4);
    put(bytes, directory_start, 4);
    put(bytes, 0, 4);
    put(bytes, 0, 4);  // no stream is small enough for the mini stream
    put(bytes, 0xfffffffeU, 4);
    put(bytes, 0, 4);
    put(bytes, 0xfffffffeU, 4);
    put(bytes, 0, 4);
    for (std::size_t i = 0; i < 109; ++i) {
      put(bytes, i < table_sectors ? first_table_sector + i : 0xffffffffU, 4);
    }
    return bytes;
  }

  std::vector<Entry> entries_;
  std::string sectors_;
  std::vector<std::uint32_t> table_;
};

inline std::string make_compound_file(const CompoundStreams& streams) {
  return CompoundBuilder(streams).take();
}

}  // namespace dms::test
