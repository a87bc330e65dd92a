#include "dms/file_subject.h"

#include <utility>

#include "dms/base/text.h"

namespace dms {

namespace {

constexpr std::size_t suffix_bytes_max = 5;
constexpr std::size_t subject_bytes_max = 250;

}  // namespace

bool has_file_suffix(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && dot > 0 && name.size() - dot - 1 <= suffix_bytes_max &&
         dot + 1 < name.size() && name.find(' ', dot) == std::string_view::npos;
}

std::string_view file_stem(std::string_view name) {
  return has_file_suffix(name) ? name.substr(0, name.rfind('.')) : name;
}

std::string subject_of_file(std::string_view name, std::string_view otherwise) {
  std::string words;
  for (const char each : file_stem(name)) {
    const char kept = each == '_' ? ' ' : each;
    if (kept == ' ' && (words.empty() || words.back() == ' ')) continue;
    words += kept;
  }
  auto line = clean_line(truncate_utf8(words, subject_bytes_max), "", {1, subject_bytes_max});
  return line ? std::move(*line) : std::string(otherwise);
}

}  // namespace dms
