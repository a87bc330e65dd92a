#pragma once

// Whether bytes lie anywhere below a folder: in files as they are, or in what is zstd-compressed in
// them (a table's blocks). For tests of erasure; plant the bytes and see them found first.

#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace dms::test {

namespace raw_scan {

// The beginning of a zstd frame (RFC 8878).
inline constexpr std::string_view frame_magic{"\x28\xB5\x2F\xFD", 4};

// What the frame that begins `bytes` holds; empty where it is none.
inline std::string decompressed(std::string_view bytes) {
  const std::size_t frame = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (ZSTD_isError(frame) != 0) return {};
  std::string text(1U << 21U, '\0');
  const std::size_t size = ZSTD_decompress(text.data(), text.size(), bytes.data(), frame);
  if (ZSTD_isError(size) != 0) return {};
  text.resize(size);
  return text;
}

inline bool file_holds(const std::string& content, std::string_view wanted) {
  if (content.find(wanted) != std::string::npos) return true;
  for (std::size_t at = content.find(frame_magic); at != std::string::npos;
       at = content.find(frame_magic, at + 1)) {
    const std::string text = decompressed(std::string_view(content).substr(at));
    if (text.find(wanted) != std::string::npos) return true;
  }
  return false;
}

}  // namespace raw_scan

// The files that hold them.
inline std::vector<std::string> files_with(const std::string& folder, std::string_view wanted) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    if (raw_scan::file_holds(content, wanted)) paths.push_back(entry.path().string());
  }
  return paths;
}

inline bool holds_bytes(const std::string& folder, std::string_view wanted) {
  return !files_with(folder, wanted).empty();
}

}  // namespace dms::test
