// Real office documents and mails through the real sandboxed extractor: nothing crashes, types are
// told, and the strings that must be in a file's text are in it.

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
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

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
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
  std::cout << GetParam() << ": " << found << " of " << counted << " expected strings found\n";
  EXPECT_GE(counted, 250U);
  EXPECT_GE(static_cast<double>(found), share_wanted * static_cast<double>(counted));
}

// The field's value as it stands in a MIME head, unfolded; empty where it has none. A reading of
// its own, so that a field that the parser drops is noticed.
std::string raw_field(std::string_view mail, std::string_view name) {
  std::string value;
  bool inside = false;
  while (!mail.empty()) {
    const std::size_t end = std::min(mail.find('\n'), mail.size());
    std::string_view line = mail.substr(0, end);
    mail.remove_prefix(std::min(end + 1, mail.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    const bool folded = line.front() == ' ' || line.front() == '\t';
    if (!folded) inside = value.empty() && line.starts_with(name);
    if (inside) value += folded ? line : line.substr(name.size());
  }
  return one_spaced(value);
}

// What of a message's head is in its file, but not in the facts.
std::string missing_facts(std::string_view bytes, const search::MailFacts& mail) {
  std::string missing;
  const auto need = [&](const char* field, bool found) {
    const std::string given = raw_field(bytes, field);
    if (given.find_first_not_of(" \"<>@") != std::string::npos && !found) missing += field;
  };
  need("From:", !mail.from.empty());
  need("To:", !mail.to.empty());
  need("Subject:", !mail.subject.empty());
  need("Date:", mail.sent_at.has_value());
  need("Message-ID:", !mail.message_id.empty());
  return missing;
}

TEST_P(AcceptanceTest, AllMailsAreUnderstood) {
  // Its header is folded against every rule: to libmagic and to us it is plain text.
  constexpr std::string_view odd = "example13.eml";
  std::size_t mails = 0;
  std::size_t with_attachments = 0;
  for (const fs::path& path : files_in(data_ / "mail")) {
    const Extraction extraction = extract_file(*extractor_, path);
    expect_sound(path, extraction);
    ++mails;
    with_attachments += extraction.attachments.empty() ? 0U : 1U;
    EXPECT_EQ(extraction.state, TextState::extracted) << path << ": " << extraction.cause;
    if (path.filename() == odd) continue;
    const bool outlook = path.extension() == ".msg";
    EXPECT_EQ(extraction.mime_type, outlook ? "application/vnd.ms-outlook" : "message/rfc822")
        << path;
    ASSERT_TRUE(extraction.mail) << path;
    const search::MailFacts& mail = *extraction.mail;
    if (outlook) {
      EXPECT_FALSE(mail.from.empty() || mail.to.empty() || mail.subject.empty()) << path;
      EXPECT_TRUE(mail.sent_at) << path;
    } else {
      EXPECT_EQ(missing_facts(read_file(path), mail), "") << path;
    }
  }
  std::cout << GetParam() << ": " << mails << " mails understood, " << with_attachments
            << " of them with attachments\n";
  EXPECT_GE(mails, 75U);
  EXPECT_GE(with_attachments, 30U);
}

struct ExpectedInvoice {
  std::string_view file;
  std::string_view number;
  std::string_view seller;
  std::string_view amount;
  std::string_view issued;
  std::string_view due;  // empty: only in words, or not at all
};

TEST_P(AcceptanceTest, ElectronicInvoicesSayWhatIsToBePaid) {
  constexpr std::array invoices = {
      ExpectedInvoice{"01.01a-INVOICE_ubl.xml", "123456XX", "[Seller name]", "336.9", "2016-04-04",
                      ""},
      ExpectedInvoice{"01.01a-INVOICE_uncefact.xml", "123456XX", "[Seller name]", "336.9",
                      "2016-04-04", ""},
      ExpectedInvoice{"01.04a-INVOICE_ubl.xml", "1234/78/901", "[Seller name]", "120", "2016-06-16",
                      ""},
      ExpectedInvoice{"01.05a-INVOICE_uncefact.xml", "PRG1502112", "[Seller name]", "10555.3",
                      "2015-04-24", ""},
      ExpectedInvoice{"Facture_FR_BASICWL.pdf", "FA-2017-0010", "Au bon moulin", "470.15",
                      "2017-11-13", "2017-12-13"},
      ExpectedInvoice{"MustangGnuaccountingBeispielRE-20201121_508.pdf", "RE-20201121/508",
                      "Bei Spiel GmbH", "571.04", "2020-11-21", "2020-12-12"},
      ExpectedInvoice{"ZUGFeRD_1p0_BASIC_Einfach.pdf", "471102", "Lieferant GmbH", "235.62",
                      "2013-03-05", ""},
      ExpectedInvoice{"ZUGFeRD_1p0_COMFORT_SEPA_Prenotification.pdf", "471102", "Lieferant GmbH",
                      "529.87", "2014-03-05", "2014-03-20"},
      ExpectedInvoice{"ZUGFeRD_1p0_EXTENDED_Warenrechnung.pdf", "R87654321012345",
                      "MUSTERLIEFERANT GMBH", "518.99", "2013-08-06", ""}};
  EXPECT_EQ(files_in(data_ / "e-invoices").size(), invoices.size());
  for (const ExpectedInvoice& expected : invoices) {
    const fs::path path = data_ / "e-invoices" / expected.file;
    const Extraction extraction = extract_file(*extractor_, path);
    expect_sound(path, extraction);
    EXPECT_EQ(extraction.state, TextState::extracted) << path << ": " << extraction.cause;
    ASSERT_TRUE(extraction.invoice) << path;
    const search::InvoiceFacts& invoice = *extraction.invoice;
    EXPECT_EQ(invoice.number, expected.number) << path;
    EXPECT_EQ(invoice.seller, expected.seller) << path;
    EXPECT_FALSE(invoice.buyer.empty()) << path;
    EXPECT_EQ(invoice.amount, expected.amount) << path;
    EXPECT_EQ(invoice.currency, "EUR") << path;
    EXPECT_EQ(invoice.issued ? format_date(*invoice.issued) : "", expected.issued) << path;
    EXPECT_EQ(invoice.due ? format_date(*invoice.due) : "", expected.due) << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, AcceptanceTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

}  // namespace
}  // namespace dms::test
