#include "search/extract/protocol/file_batch.h"

#include <algorithm>

#include "dms/base/bytes.h"
#include "search/extract/protocol/taking.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t suffix_bytes_max = 8;

bool is_suffix(std::string_view text) {
  return text.size() <= suffix_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::string encode_batch(std::span<const BatchFile> files) {
  std::size_t bytes = sizeof(std::uint32_t);
  for (const BatchFile& file : files) {
    bytes += 1 + file.suffix.size() + sizeof(std::uint64_t) + file.bytes.size();
  }
  std::string batch;
  batch.reserve(bytes);
  append_big_endian(batch, static_cast<std::uint32_t>(files.size()));
  for (const BatchFile& file : files) {
    batch += static_cast<char>(file.suffix.size());
    batch += file.suffix;
    append_big_endian(batch, std::uint64_t{file.bytes.size()});
    batch += file.bytes;
  }
  return batch;
}

std::optional<std::vector<BatchFile>> decode_batch(std::string_view batch) {
  const auto count_bytes = take(batch, sizeof(std::uint32_t));
  if (!count_bytes) return std::nullopt;
  const std::uint32_t count = read_big_endian_32(*count_bytes).value_or(0);
  if (count == 0 || count > batch_files_max) return std::nullopt;
  std::vector<BatchFile> files;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto length = take(batch, 1);
    if (!length) return std::nullopt;
    const auto suffix = take(batch, static_cast<unsigned char>(length->front()));
    if (!suffix || !is_suffix(*suffix)) return std::nullopt;
    const auto bytes = take_sized(batch);
    if (!bytes) return std::nullopt;
    files.push_back({std::string(*suffix), *bytes});
  }
  if (!batch.empty()) return std::nullopt;
  return files;
}

}  // namespace dms::search::extract
