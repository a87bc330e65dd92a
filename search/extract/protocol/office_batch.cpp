#include "search/extract/protocol/office_batch.h"

#include <algorithm>

#include "dms/base/bytes.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t suffix_bytes_max = 8;
constexpr std::string_view pdf_begin = "%PDF-";

bool is_suffix(std::string_view text) {
  return !text.empty() && text.size() <= suffix_bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// Takes `size` bytes off the front; nullopt where there are fewer.
std::optional<std::string_view> take(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) return std::nullopt;
  const std::string_view taken = rest.substr(0, static_cast<std::size_t>(size));
  rest.remove_prefix(taken.size());
  return taken;
}

std::optional<std::string_view> take_sized(std::string_view& rest) {
  const auto size = take(rest, sizeof(std::uint64_t));
  return size ? take(rest, read_big_endian_64(*size).value_or(0)) : std::nullopt;
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
  if (count == 0 || count > office_files_max) return std::nullopt;
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

std::string result_head(OfficeOutcome outcome, std::uint64_t size) {
  std::string head{static_cast<char>(outcome)};
  append_big_endian(head, size);
  return head;
}

std::optional<std::vector<BatchResult>> decode_results(std::string_view answer, std::size_t count) {
  std::vector<BatchResult> results;
  while (results.size() < count) {
    const auto number = take(answer, 1);
    if (!number) return std::nullopt;
    const auto pdf = take_sized(answer);
    if (!pdf) return std::nullopt;
    const auto outcome = static_cast<OfficeOutcome>(number->front());
    const bool is_known = outcome == OfficeOutcome::made || outcome == OfficeOutcome::nothing ||
                          outcome == OfficeOutcome::too_large ||
                          outcome == OfficeOutcome::out_of_time;
    const bool is_pdf = pdf->starts_with(pdf_begin);
    if (!is_known || (outcome == OfficeOutcome::made ? !is_pdf : !pdf->empty())) {
      return std::nullopt;
    }
    results.push_back({outcome, *pdf});
  }
  if (!answer.empty()) return std::nullopt;
  return results;
}

}  // namespace dms::search::extract
