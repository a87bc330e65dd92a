// Files within files, through the helper: what a PDF has beside its pages, PDFs in mails, and the
// bytes of one attachment.

#include <atomic>
#include <thread>

#include "extract_support.h"
#include "search/extract/client/merge.h"

namespace dms::test {
namespace {

using search::Attachment;
using search::Extraction;
using search::TextState;

std::string stream_object(int number, std::string_view content, std::string_view keys = "") {
  return std::to_string(number) + " 0 obj<<" + std::string(keys) + "/Length " +
         std::to_string(content.size()) + ">>stream\n" + std::string(content) +
         "\nendstream endobj\n";
}

// A PDF of one page with that text, one attached file and one field of a form without a picture of
// its value.
std::string make_pdf(std::string_view text, std::string_view name = "", std::string_view file = "",
                     std::string_view field = "") {
  const std::string page = "BT /F1 12 Tf 20 100 Td (" + std::string(text) + ") Tj ET";
  std::string bytes = "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R";
  if (!name.empty()) bytes += "/Names<</EmbeddedFiles<</Names[(a)6 0 R]>>>>";
  if (!field.empty()) {
    bytes += "/AcroForm<</Fields[<</FT/Tx/T(n)/V(" + std::string(field) + ")>>]>>";
  }
  bytes +=
      ">>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R/Resources<</Font"
      "<</F1 5 0 R>>>>>>endobj\n" +
      stream_object(4, page) +
      "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
      "6 0 obj<</Type/Filespec/F(" +
      std::string(name) + ")/EF<</F 7 0 R>>>>endobj\n" + stream_object(7, file) +
      "trailer<</Root 1 0 R/Size 8>>\n%%EOF\n";
  return bytes;
}

constexpr std::string_view invoice =
    "<rsm:CrossIndustryDocument xmlns:rsm='urn:ferd:CrossIndustryDocument:invoice:1p0'>"
    "<rsm:HeaderExchangedDocument><ID>RE 7</ID></rsm:HeaderExchangedDocument>"
    "<rsm:SpecifiedSupplyChainTradeTransaction><ApplicableSupplyChainTradeAgreement>"
    "<SellerTradeParty><Name>Salzhandel</Name></SellerTradeParty>"
    "</ApplicableSupplyChainTradeAgreement><ApplicableSupplyChainTradeSettlement>"
    "<InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradeSettlementMonetarySummation>"
    "<GrandTotalAmount>12.50</GrandTotalAmount></SpecifiedTradeSettlementMonetarySummation>"
    "</ApplicableSupplyChainTradeSettlement></rsm:SpecifiedSupplyChainTradeTransaction>"
    "</rsm:CrossIndustryDocument>";

// The same with another number.
std::string invoice_numbered(std::string_view number) {
  std::string bill(invoice);
  const std::size_t at = bill.find("RE 7");
  return bill.replace(at, 4, number);
}

struct Enclosed {
  std::string name;
  std::string content;
};

std::string mail_with(const std::vector<Enclosed>& files) {
  std::string mail =
      "From: a@example.org\r\nTo: b@example.org\r\nSubject: Anlage\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
      "anbei";
  for (const auto& [name, content] : files) {
    mail +=
        "\r\n--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: "
        "binary\r\nContent-Disposition: attachment; filename=\"" +
        name + "\"\r\n\r\n" + content;
  }
  return mail + "\r\n--x--\r\n";
}

std::string mail_with(std::string_view name, std::string_view content) {
  return mail_with({{std::string(name), std::string(content)}});
}

// Takes many processes one after the other to read.
std::string mail_with_pdfs(int count) {
  std::string mail =
      "From: a@example.org\r\nTo: b@example.org\r\nSubject: Anlagen\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n"
      "anbei\r\n";
  for (int i = 0; i < count; ++i) {
    mail +=
        "--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
        "Content-Disposition: attachment; filename=\"x.pdf\"\r\n\r\n" +
        make_pdf("Seite " + std::to_string(i)) + "\r\n";
  }
  return mail + "--x--\r\n";
}

class AttachmentsTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    extractor_ = start_extractor(helper_options(EXTRACT_HELPER, GetParam()));
    ASSERT_NE(extractor_, nullptr);
  }
  Extraction extract(std::string_view bytes) { return extract_bytes(*extractor_, bytes); }
  std::optional<std::string> attachment(std::string_view bytes, std::size_t number) {
    const auto file = memory_file(bytes);
    auto content = extractor_->attachment(file.get(), number);
    EXPECT_TRUE(content);
    return content ? *content : std::nullopt;
  }

  std::unique_ptr<search::Extractor> extractor_;
};

TEST_P(AttachmentsTest, AnInvoiceInAPdfIsReadAsFacts) {
  const Extraction found = extract(make_pdf("Rechnung", "rechnung.xml", invoice));
  EXPECT_EQ(found.text, "Rechnung");
  ASSERT_TRUE(found.invoice);
  EXPECT_EQ(found.invoice->number, "RE 7");
  EXPECT_EQ(found.invoice->seller, "Salzhandel");
  EXPECT_EQ(found.invoice->amount, "12.50");
  ASSERT_EQ(found.attachments.size(), 1U);
  EXPECT_EQ(found.attachments[0].name, "rechnung.xml");
  EXPECT_EQ(found.attachments[0].mime_type, "text/xml");
}

TEST_P(AttachmentsTest, OtherFilesInAPdfAreAPageOfTheirOwn) {
  const Extraction found = extract(make_pdf("Deckblatt", "liste.txt", "Flurstück 112/4"));
  EXPECT_EQ(found.text, "Deckblatt\fliste.txt\nFlurstück 112/4");
  EXPECT_EQ(found.pages.size(), 2U);
}

TEST_P(AttachmentsTest, FieldsThatNoPageShowsAreText) {
  EXPECT_EQ(extract(make_pdf("Antrag", "", "", "Ackerlund")).text, "Antrag\nAckerlund");
  EXPECT_EQ(extract(make_pdf("Antrag Ackerlund", "", "", "Ackerlund")).text, "Antrag Ackerlund");
}

TEST_P(AttachmentsTest, APdfInAMailIsRead) {
  const std::string mail = mail_with("Bescheid.pdf", make_pdf("Kanalanschluss"));
  const Extraction found = extract(mail);
  EXPECT_EQ(found.mime_type, "message/rfc822");
  EXPECT_EQ(found.text, "anbei\nBescheid.pdf\nKanalanschluss");
  const auto content = attachment(mail, 0);
  ASSERT_TRUE(content);
  EXPECT_EQ(found.attachments.at(0).size, content->size());
  EXPECT_EQ(extract(*content).text, "Kanalanschluss");
}

TEST_P(AttachmentsTest, AnInvoiceThatAMailCarriesIsReadAsFacts) {
  const Enclosed xml{"rechnung.xml", std::string(invoice)};
  const Enclosed pdf{"rechnung.pdf", make_pdf("Rechnung", "rechnung.xml", invoice)};
  // A bill that is sent in both forms is one.
  for (const auto& files : {std::vector{xml}, std::vector{pdf}, std::vector{pdf, xml}}) {
    const Extraction found = extract(mail_with(files));
    ASSERT_TRUE(found.mail);
    EXPECT_EQ(found.mail->from, "a@example.org");
    ASSERT_TRUE(found.invoice);
    EXPECT_EQ(found.invoice->number, "RE 7");
    EXPECT_EQ(found.invoice->seller, "Salzhandel");
    EXPECT_EQ(found.invoice->amount, "12.50");
    EXPECT_FALSE(found.has_several_invoices);
  }
  const Extraction forwarded = extract(mail_with("Rechnung.eml", mail_with({xml})));
  ASSERT_TRUE(forwarded.invoice);
  EXPECT_EQ(forwarded.invoice->number, "RE 7");
}

TEST_P(AttachmentsTest, OfSeveralInvoicesAMailHasNone) {
  const Enclosed xml{"1.xml", std::string(invoice)};
  const Enclosed other_xml{"2.xml", invoice_numbered("RE 8")};
  const Enclosed pdf{"1.pdf", make_pdf("Rechnung", "1.xml", invoice)};
  const Enclosed other_pdf{"3.pdf", make_pdf("Rechnung", "3.xml", invoice_numbered("RE 9"))};
  for (const auto& files : {std::vector{xml, other_xml}, std::vector{pdf, other_pdf},
                            std::vector{xml, other_pdf}, std::vector{xml, other_xml, other_pdf}}) {
    const Extraction found = extract(mail_with(files));
    ASSERT_TRUE(found.mail);
    EXPECT_FALSE(found.invoice);
    EXPECT_TRUE(found.has_several_invoices);
  }
}

TEST_P(AttachmentsTest, APdfThatCannotBeReadLeavesTheMail) {
  const Extraction found = extract(mail_with("x.pdf", "%PDF-1.7\nnot really"));
  EXPECT_EQ(found.state, TextState::extracted);
  EXPECT_EQ(found.text, "anbei");
  ASSERT_EQ(found.attachments.size(), 1U);
}

TEST_P(AttachmentsTest, BytesOfWhatIsNotThereAreNone) {
  const std::string mail = mail_with("a.txt", "Inhalt");
  EXPECT_EQ(attachment(mail, 0), "Inhalt");
  EXPECT_FALSE(attachment(mail, 1));
  EXPECT_FALSE(attachment("nur Text", 0));
  EXPECT_EQ(attachment(make_pdf("x", "a.txt", "drin"), 0), "drin");
}

// All that is read because it was filed has one place here, and is at it for seconds.
TEST_P(AttachmentsTest, WhoAsksForOneStandsInNoLineOfFiledFiles) {
  search::ExtractorOptions options = helper_options(EXTRACT_HELPER, GetParam());
  options.children_max = 1;
  extractor_ = start_extractor(options);
  ASSERT_NE(extractor_, nullptr);
  const auto filed = memory_file(mail_with_pdfs(12));
  const auto asked = memory_file(mail_with("a.txt", "Inhalt"));
  std::atomic<bool> is_read = false;
  std::thread background([&] {
    const auto found = extractor_->extract(filed.get());
    is_read = true;
    EXPECT_NE(found.value().text.find("x.pdf\nSeite 11"), std::string::npos) << found->text;
  });
  int served = 0;
  while (!is_read) {
    EXPECT_EQ(extractor_->attachment(asked.get(), 0).value(), "Inhalt");
    EXPECT_EQ(extractor_->extract_awaited(asked.get()).value().text, "anbei\na.txt\nInhalt");
    served += is_read ? 0 : 1;
  }
  background.join();
  EXPECT_GE(served, 4) << "in the same line one or two get in before the file";
}

TEST_P(AttachmentsTest, MoreThanAFewAtATimeAreRefused) {
  const auto file = memory_file(mail_with_pdfs(12));
  std::atomic<int> served = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> askers;
  for (int i = 0; i < 8; ++i) {
    askers.emplace_back([&] {
      const auto found = extractor_->extract_awaited(file.get());
      if (found) {
        ++served;
        return;
      }
      EXPECT_EQ(found.error().code, ErrorCode::busy);
      EXPECT_GT(found.error().retry_after_s, 0U);
      ++refused;
    });
  }
  for (std::thread& each : askers) each.join();
  EXPECT_GE(served, 2);
  EXPECT_GE(refused, 1);
}

INSTANTIATE_TEST_SUITE_P(Ways, AttachmentsTest, ::testing::ValuesIn(working_ways()),
                         [](const auto& way) { return way.param; });

Extraction of_text(std::string_view text) {
  Extraction extraction;
  extraction.state = text.empty() ? TextState::empty : TextState::extracted;
  extraction.text = text;
  return extraction;
}

TEST(Merge, AScanWithAttachedTextHasText) {
  Extraction pages = of_text("");
  pages.cause = "no_text";
  search::extract::add_beside(pages, of_text("Feld\n\fa.txt\nInhalt"), 1000);
  EXPECT_EQ(pages.state, TextState::extracted);
  EXPECT_EQ(pages.cause, "");
  EXPECT_EQ(pages.text, "Feld\fa.txt\nInhalt");
}

TEST(Merge, WhatIsEncryptedStaysWithoutText) {
  Extraction pages;
  pages.state = TextState::encrypted;
  search::extract::add_beside(pages, of_text("Feld"), 1000);
  EXPECT_EQ(pages.state, TextState::encrypted);
  EXPECT_EQ(pages.text, "");
}

TEST(Merge, KeepsTheLimitOnACodePoint) {
  Extraction mail = of_text("anbei");
  search::extract::add_attachment(mail, {"ä", "application/pdf", false}, of_text("öö"), 9);
  EXPECT_EQ(mail.text, "anbei\nä");
  search::extract::add_attachment(mail, {"", "application/pdf", false}, of_text("öö"), 12);
  EXPECT_EQ(mail.text, "anbei\nä\nö");
}

}  // namespace
}  // namespace dms::test
