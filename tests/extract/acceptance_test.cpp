// Real office documents and mails through the real sandboxed extractor: nothing crashes, types are
// told, and the strings that must be in a file's text are in it.

#include <iostream>
#include <map>

#include "dms/base/text.h"
#include "extract_support.h"
#include "support/expected_texts.h"
#include "support/shared_data.h"

namespace dms::test {
namespace {

namespace fs = std::filesystem;
using search::Extraction;
using search::TextState;

constexpr double share_wanted = 0.95;

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
  std::size_t counted = 0;
  std::size_t found = 0;
  for (const ExpectedText& expected : read_expected_texts(data_)) {
    const Extraction& extraction = extracted.at(expected.file);
    ++counted;
    if (extraction.text.find(expected.text) != std::string::npos) {
      ++found;
      continue;
    }
    const auto cause = known_cause(expected);
    EXPECT_TRUE(cause) << "missed without a known cause: " << expected.file << ": "
                       << expected.text;
    if (cause) {
      std::cout << "missed: " << expected.file << ": " << expected.text << " (" << *cause << ")\n";
    }
  }
  std::cout << GetParam() << ": " << found << " of " << counted
            << " expected strings found\n";
  EXPECT_GE(counted, 250U);
  EXPECT_GE(static_cast<double>(found), share_wanted * static_cast<double>(counted));
}

TEST_P(AcceptanceTest, MailsAreReadAndTheirAttachmentsNamed) {
  std::size_t mails = 0;
  std::size_t with_attachments = 0;
  std::size_t with_sender = 0;
  std::size_t with_time = 0;
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
    if (!odd) {
      ASSERT_TRUE(extraction.mail) << path;
      with_sender += extraction.mail->from.empty() ? 0U : 1U;
      with_time += extraction.mail->sent_at ? 1U : 0U;
    }
  }
  std::cout << GetParam() << ": " << mails << " mails read, " << with_attachments
            << " with attachments, " << with_sender << " with a sender, " << with_time
            << " with a date\n";
  EXPECT_GE(mails, 60U);
  EXPECT_GE(with_attachments, 20U);
  EXPECT_GE(with_sender, 60U);
  EXPECT_GE(with_time, 50U);
}

TEST_P(AcceptanceTest, ElectronicInvoicesSayWhatIsToBePaid) {
  const std::map<std::string, std::pair<std::string, std::string>> expected{
      {"01.01a-INVOICE_ubl.xml", {"123456XX", "336.9"}},
      {"01.01a-INVOICE_uncefact.xml", {"123456XX", "336.9"}},
      {"01.04a-INVOICE_ubl.xml", {"1234/78/901", "120"}},
      {"01.05a-INVOICE_uncefact.xml", {"PRG1502112", "10555.3"}}};
  for (const auto& [name, invoice] : expected) {
    const fs::path path = data_ / "e-invoices" / name;
    const Extraction extraction = extract_file(*extractor_, path);
    expect_sound(path, extraction);
    EXPECT_EQ(extraction.mime_type, "text/xml") << path;
    EXPECT_EQ(extraction.state, TextState::extracted) << path << ": " << extraction.cause;
    EXPECT_NE(extraction.text.find("[Seller name]"), std::string::npos) << path;
    ASSERT_TRUE(extraction.invoice) << path;
    EXPECT_EQ(extraction.invoice->number, invoice.first) << path;
    EXPECT_EQ(extraction.invoice->seller, "[Seller name]") << path;
    EXPECT_EQ(extraction.invoice->buyer, "[Buyer name]") << path;
    EXPECT_TRUE(extraction.invoice->issued) << path;
    EXPECT_EQ(extraction.invoice->amount, invoice.second) << path;
    EXPECT_EQ(extraction.invoice->currency, "EUR") << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, AcceptanceTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

}  // namespace
}  // namespace dms::test
