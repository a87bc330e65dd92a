// Real office documents and mails through the real sandboxed extractor: nothing crashes, types are
// told, and the strings that must be in a file's text are in it.

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "dms/base/text.h"
#include "extract_support.h"
#include "support/shared_data.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;
using search::Extraction;
using search::TextState;

// The strings of these are counted; other types come in later issues.
constexpr std::array<std::string_view, 5> counted_types{
    "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text", "text/html", "application/xhtml+xml"};
constexpr double share_wanted = 0.9;

// Why a string is not in our text; a miss without a cause here fails the test.
const std::map<std::string, std::string, std::less<>>& known_causes() {
  static const std::map<std::string, std::string, std::less<>> causes{
      {"testPDF_JBIG2.pdf: Norconex", "a picture: needs OCR"},
      {"testPDF_XFA_govdocs1_258578.pdf: NATIONAL", "in the XFA form, not on the page"},
      {"testPDF_XFA_govdocs1_258578.pdf: PARK", "in the XFA form, not on the page"},
      {"testWORD_2006ml.docx: Click or tap to enter a date",
       "a placeholder in the glossary, not in the document"},
      {"testWORD_2006ml.docx: frog", "deleted in a tracked change"},
      {"testWORD_2006ml.docx: engaging title", "custom XML the document does not show"},
      {"testWORD_embedded_pics.docx: deleted_pic", "deleted in a tracked change"}};
  return causes;
}

std::string one_spaced(std::string_view text) {
  std::string result;
  for (char c : text) {
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

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Every rule that holds for any extraction whatever.
void expect_sound(const fs::path& path, const Extraction& extraction) {
  EXPECT_TRUE(is_valid_utf8(extraction.text)) << path;
  EXPECT_EQ(to_nfc(extraction.text), extraction.text) << path;
  EXPECT_EQ(extraction.state == TextState::extracted, !extraction.text.empty()) << path;
  EXPECT_EQ(extraction.pages.empty(), extraction.text.empty()) << path;
  for (std::size_t i = 1; i < extraction.pages.size(); ++i) {
    EXPECT_EQ(extraction.text.at(extraction.pages[i].offset - 1), '\f') << path;
  }
  EXPECT_NE(extraction.cause, "parser_crashed") << path;
  EXPECT_NE(extraction.cause, "forbidden_call") << path;
  EXPECT_NE(extraction.cause, "bad_answer") << path;
  EXPECT_NE(extraction.mime_type, "application/octet-stream") << path;
}

class AcceptanceTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    data_ = shared_data(AKTENWERK_SOURCE_DIR);
    if (!fs::exists(data_)) GTEST_SKIP() << "no shared data beside the project";
    extractor_ = start_extractor(helper_options(EXTRACT_HELPER, GetParam()));
    ASSERT_NE(extractor_, nullptr);
  }

  fs::path data_;
  std::unique_ptr<search::Extractor> extractor_;
};

TEST_P(AcceptanceTest, OfficeDocumentsHoldTheStringsTheyMust) {
  std::map<std::string, Extraction> extracted;
  for (const fs::path& path : files_in(data_ / "office-documents" / "files")) {
    Extraction extraction = extract_file(*extractor_, path);
    expect_sound(path, extraction);
    extraction.text = one_spaced(extraction.text);
    extracted.emplace(path.filename(), std::move(extraction));
  }
  ASSERT_FALSE(extracted.empty());
  std::ifstream expected(data_ / "office-documents" / "expected-text.tsv");
  std::string line;
  std::getline(expected, line);  // the heading
  std::size_t counted = 0;
  std::size_t found = 0;
  while (std::getline(expected, line)) {
    const std::size_t tab = line.find('\t');
    const std::string name = line.substr(0, tab);
    const std::string wanted = one_spaced(to_nfc(line.substr(tab + 1)));
    const Extraction& extraction = extracted.at(name);
    if (std::find(counted_types.begin(), counted_types.end(), extraction.mime_type) ==
        counted_types.end()) {
      continue;
    }
    ++counted;
    if (extraction.text.find(wanted) != std::string::npos) {
      ++found;
      continue;
    }
    const auto cause = known_causes().find(name + ": " + wanted);
    EXPECT_NE(cause, known_causes().end())
        << "missed without a known cause: " << name << ": " << wanted;
    if (cause != known_causes().end()) {
      std::cout << "missed: " << cause->first << " (" << cause->second << ")\n";
    }
  }
  std::cout << GetParam() << ": " << found << " of " << counted
            << " expected strings of PDF, DOCX, ODT and HTML found\n";
  EXPECT_GE(counted, 100U);
  EXPECT_GE(static_cast<double>(found), share_wanted * static_cast<double>(counted));
}

TEST_P(AcceptanceTest, MailsAreReadAndTheirAttachmentsNamed) {
  std::size_t mails = 0;
  std::size_t with_attachments = 0;
  for (const fs::path& path : files_in(data_ / "mail")) {
    const Extraction extraction = extract_file(*extractor_, path);
    expect_sound(path, extraction);
    if (path.extension() == ".msg") {
      EXPECT_EQ(extraction.state, TextState::unsupported) << path;
      continue;
    }
    ++mails;
    // Its header is folded against every rule: to libmagic and to us it is plain text.
    const bool odd = path.filename() == "example13.eml";
    EXPECT_EQ(extraction.mime_type, odd ? "text/plain" : "message/rfc822") << path;
    EXPECT_EQ(extraction.state, TextState::extracted) << path << ": " << extraction.cause;
    with_attachments += extraction.attachments.empty() ? 0U : 1U;
  }
  std::cout << GetParam() << ": " << mails << " mails read, " << with_attachments
            << " with attachments\n";
  EXPECT_GE(mails, 60U);
  EXPECT_GE(with_attachments, 20U);
}

INSTANTIATE_TEST_SUITE_P(Ways, AcceptanceTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

}  // namespace
}  // namespace dms::test
