#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "search/extract/extractor.h"

namespace dms::search {
namespace {

// Debian's places, as the tools themselves know them.
constexpr std::array<std::string_view, 2> programs{"/usr/bin/pdftoppm", "/usr/bin/tesseract"};
constexpr std::string_view language_folder = "/usr/share/tesseract-ocr/5/tessdata/";
constexpr std::string_view orientation_data = "osd";
constexpr std::size_t languages_bytes_max = 100;

bool is_there(const std::string& path) {
  return ::access(path.c_str(), R_OK) == 0;
}

}  // namespace

bool is_languages(std::string_view text) {
  if (text.empty() || text.size() > languages_bytes_max) return false;
  if (text.front() == '+' || text.back() == '+') return false;
  return text.find("++") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '+';
         });
}

std::string recognition_lacks(const ExtractorOptions& options) {
  for (const std::string_view program : programs) {
    if (!is_there(std::string(program))) return std::string(program);
  }
  std::string_view rest = options.recognition_languages;
  for (std::string_view language = orientation_data; !language.empty();) {
    const std::string file = std::string(language_folder) + std::string(language) + ".traineddata";
    if (!is_there(file)) return file;
    language = rest.substr(0, rest.find('+'));
    rest.remove_prefix(std::min(language.size() + 1, rest.size()));
  }
  return {};
}

}  // namespace dms::search
