#include "support/expected_texts.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "dms/base/text.h"

namespace dms::test {

namespace {

struct Miss {
  std::string_view file;
  std::string_view text;
  std::string_view cause;
};

constexpr std::string_view own_password = "encrypted, with the password that Excel has for all";
constexpr std::string_view other_form = "the cell shows 9/20/2018 and 8/10/1996";
constexpr std::string_view needs_ocr = "a picture: needs OCR";
constexpr std::string_view in_tooltip = "in a tooltip of the form, not on the page";
constexpr std::string_view in_glossary = "a placeholder in the glossary, not in the document";
constexpr std::string_view deleted = "deleted in a tracked change";
constexpr std::array known_misses{
    Miss{"protect.xlsx", "Office", own_password},
    Miss{"protectedFile.xlsx", "Office", own_password},
    Miss{"testEXCEL_dateFormats.xls", "1996-08-10", other_form},
    Miss{"testEXCEL_dateFormats.xls", "2018-09-20", other_form},
    Miss{"testPDF_JBIG2.pdf", "Norconex", needs_ocr},
    Miss{"testPDF_XFA_govdocs1_258578.pdf", "NATIONAL", in_tooltip},
    Miss{"testPDF_XFA_govdocs1_258578.pdf", "PARK", in_tooltip},
    Miss{"testTIFF_multipage.tif", "Page 2", needs_ocr},
    Miss{"testWORD_2006ml.docx", "Click or tap to enter a date", in_glossary},
    Miss{"testWORD_2006ml.docx", "frog", deleted},
    Miss{"testWORD_2006ml.xml", "Click or tap to enter a date", in_glossary},
    Miss{"testWORD_2006ml.xml", "frog", deleted},
    Miss{"testWORD_embedded_pics.docx", "deleted_pic", deleted}};

}  // namespace

std::vector<ExpectedText> read_expected_texts(const std::filesystem::path& data) {
  std::ifstream file(data / "office-documents" / "expected-text.tsv");
  std::vector<ExpectedText> expected;
  std::string line;
  std::getline(file, line);  // the heading
  while (std::getline(file, line)) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) continue;
    expected.push_back({line.substr(0, tab), one_spaced(to_nfc(line.substr(tab + 1)))});
  }
  return expected;
}

std::optional<std::string_view> known_cause(const ExpectedText& expected) {
  const auto miss = std::find_if(known_misses.begin(), known_misses.end(), [&](const Miss& known) {
    return known.file == expected.file && known.text == expected.text;
  });
  if (miss == known_misses.end()) return std::nullopt;
  return miss->cause;
}

std::string one_spaced(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
    if (!space) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  while (result.ends_with(' ')) result.pop_back();
  return result;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace dms::test
