#pragma once

// Compound files ([MS-CFB]): a small file system in a file, of storages (folders) and streams.
// Written leniently: sectors that are missing end their stream, loops end it too.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dms::search::extract {

class CompoundFile {
 public:
  struct Entry {
    std::string name;  // UTF-8; MSG names lead with control characters nowhere, others may
    bool is_storage = false;
    std::uint64_t size = 0;
    std::uint32_t start = 0;  // first sector
    std::uint32_t left = 0;   // siblings and first child, by number
    std::uint32_t right = 0;
    std::uint32_t child = 0;
  };

  static bool begins_like_one(std::string_view bytes);
  // `bytes` is borrowed and must outlive this object. Nothing where there is no readable header or
  // directory.
  static std::optional<CompoundFile> open(std::string_view bytes);

  const Entry& root() const { return entries_.front(); }
  // What stands directly in a storage, in the directory's order.
  std::vector<const Entry*> children(const Entry& storage) const;
  // Names are compared without regard to case, as the format has it. nullptr where there is none.
  const Entry* find(const Entry& storage, std::string_view name) const;
  // A stream's bytes, as far as they are there, at most bytes_max.
  std::string read(const Entry& stream, std::size_t bytes_max) const;
  // The same by name in `storage`; empty where there is none.
  std::string read(const Entry& storage, std::string_view name, std::size_t bytes_max) const;

 private:
  explicit CompoundFile(std::string_view bytes) : bytes_(bytes) {}
  bool read_header();
  void read_directory();
  std::string_view sector(std::uint32_t number) const;
  std::string read_chain(std::uint32_t start, std::uint64_t size) const;
  std::string read_mini_chain(std::uint32_t start, std::uint64_t size) const;

  std::string_view bytes_;
  std::size_t sector_bytes_ = 512;
  std::uint32_t directory_start_ = 0;
  std::uint64_t mini_cutoff_ = 4096;
  std::vector<std::uint32_t> table_;       // the FAT: the sector after each
  std::vector<std::uint32_t> mini_table_;  // the same of mini sectors
  std::string mini_stream_;
  std::vector<Entry> entries_;
};

}  // namespace dms::search::extract
