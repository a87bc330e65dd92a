// Mails that come as files, over the wire and through the sandbox: what their heads give to the
// fields that nobody named, what a person named, and what came before as the same message.

#include <gtest/gtest.h>

#include "town.h"

namespace dms::test {
namespace {

std::string mail(std::string_view id, std::string_view text = "Wie hoch darf er sein?") {
  return "From: Petra Ackerlund <p@example.org>\r\nTo: amt@musterbach.example\r\n"
         "Date: Wed, 18 Nov 2026 09:00:00 +0100\r\nSubject: =?utf-8?q?Zaunh=C3=B6he?=\r\n"
         "Message-ID: <" +
         std::string(id) + ">\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
         std::string(text);
}

constexpr std::string_view invoice =
    "<rsm:CrossIndustryDocument xmlns:rsm='urn:ferd:CrossIndustryDocument:invoice:1p0'>"
    "<rsm:HeaderExchangedDocument><ID>RE 7</ID><IssueDateTime><DateTimeString format='102'>20261120"
    "</DateTimeString></IssueDateTime></rsm:HeaderExchangedDocument>"
    "<rsm:SpecifiedSupplyChainTradeTransaction><ApplicableSupplyChainTradeAgreement>"
    "<SellerTradeParty><Name>Salzhandel Nordquell</Name></SellerTradeParty>"
    "</ApplicableSupplyChainTradeAgreement><ApplicableSupplyChainTradeSettlement>"
    "<InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradePaymentTerms><DueDateDateTime>"
    "<DateTimeString format='102'>20261204</DateTimeString></DueDateDateTime>"
    "</SpecifiedTradePaymentTerms><SpecifiedTradeSettlementMonetarySummation>"
    "<GrandTotalAmount>4336.9</GrandTotalAmount></SpecifiedTradeSettlementMonetarySummation>"
    "</ApplicableSupplyChainTradeSettlement></rsm:SpecifiedSupplyChainTradeTransaction>"
    "</rsm:CrossIndustryDocument>";

std::string mail_with_invoice(std::string_view id) {
  return "From: Buchhaltung <b@example.org>\r\nTo: amt@musterbach.example\r\n"
         "Date: Mon, 23 Nov 2026 09:00:00 +0100\r\nSubject: Streusalz\r\nMIME-Version: 1.0\r\n"
         "Message-ID: <" +
         std::string(id) +
         ">\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: "
         "text/plain\r\n\r\nanbei\r\n--x\r\nContent-Type: application/xml\r\n"
         "Content-Disposition: attachment; filename=\"re.xml\"\r\n\r\n" +
         std::string(invoice) + "\r\n--x--\r\n";
}

class MailFiling : public ::testing::Test {
 protected:
  ApiAnswer file(std::string_view more, std::string_view name, std::string_view bytes) {
    const std::string metadata = R"({"dossier_id":")" + dossier_ + "\"" + std::string(more) + "}";
    return clerk_.upload("/api/v1/documents", metadata, name, bytes);
  }
  ApiAnswer receive(std::string_view more, std::string_view name, std::string_view bytes) {
    const std::string metadata = R"({"inbox_id":")" + inbox() + "\"" + std::string(more) + "}";
    return clerk_.upload("/api/v1/inbox", metadata, name, bytes);
  }
  std::string inbox() {
    const ApiAnswer inboxes = clerk_.get("/api/v1/inboxes");
    for (const auto& each : inboxes.json.at("items").as_array()) {
      if (each.at("name").as_string() == "Posteingang Hauptamt") {
        return std::string(each.at("id").as_string());
      }
    }
    return "";
  }

  ApiClient clerk_ = person("h.brandt");
  std::string dossier_ = open_dossier(clerk_, "660.1", "Zaunhöhen");
};

TEST_F(MailFiling, TakesWhatNobodyNamedFromTheMail) {
  const ApiAnswer filed =
      file(R"(,"from_mail":true,"direction":"incoming")", "Anfrage.eml", mail("1@filing"));
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "Zaunhöhe");
  EXPECT_EQ(filed.text("sender"), "Petra Ackerlund <p@example.org>");
  EXPECT_EQ(filed.text("letter_date"), "2026-11-18");
  EXPECT_EQ(filed.text("type"), "email");
}

TEST_F(MailFiling, LeavesWhatAPersonNamed) {
  const ApiAnswer filed = file(
      R"(,"from_mail":true,"subject":"Zaun","sender":"Frau Ackerlund","type":"letter","letter_date":null)",
      "Anfrage.eml", mail("2@filing"));
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "Zaun");
  EXPECT_EQ(filed.text("sender"), "Frau Ackerlund");
  EXPECT_EQ(filed.text("type"), "letter");
  EXPECT_FALSE(filed.json.as_object().contains("letter_date"));
  const ApiAnswer plain = file(R"(,"subject":"Zaun")", "Anfrage.eml", mail("2@filing"));
  EXPECT_EQ(plain.text("sender"), "") << "it is to be asked for";
}

TEST_F(MailFiling, OfAnyOtherFileTheSubjectIsItsName) {
  const ApiAnswer filed = file(R"(,"from_mail":true)", "Kein Brief.eml", "Sehr geehrte Damen\n\n");
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "Kein Brief");
  EXPECT_EQ(filed.text("type"), "other");
  const ApiAnswer without = file("", "Anfrage.eml", mail("3@filing"));
  EXPECT_EQ(without.status, 400U) << without.body;
  EXPECT_EQ(without.json.at("errors").at(0).at("pointer").as_string(), "/subject");
}

TEST_F(MailFiling, AMailInTheInboxIsItsOwnAndIsKnownAgain) {
  const ApiAnswer item = receive("", "gespeichert.eml", mail("4@filing"));
  ASSERT_EQ(item.status, 201U) << item.body;
  EXPECT_EQ(item.text("subject"), "Zaunhöhe");
  EXPECT_EQ(item.text("sender"), "Petra Ackerlund <p@example.org>");
  EXPECT_EQ(item.text("type"), "email");
  EXPECT_EQ(item.text("duplicate_of"), "");
  const ApiAnswer again =
      receive(R"(,"subject":"Noch einmal")", "zwei.eml", mail("4@filing", "Saved again."));
  EXPECT_EQ(again.text("subject"), "Noch einmal");
  EXPECT_EQ(again.text("duplicate_of"), item.text("id"));
  const std::string path = "/api/v1/inbox/" + item.text("id");
  ASSERT_TRUE(eventually([&] { return clerk_.get(path).json.as_object().contains("mail"); },
                         std::chrono::seconds(30)));
  EXPECT_EQ(clerk_.get(path).json.at("mail").at("subject").as_string(), "Zaunhöhe");
  EXPECT_EQ(clerk_.get("/api/v1/inbox?limit=5").body.find("\"mail\""), std::string::npos)
      << "lists are short";
}

TEST_F(MailFiling, TakesWhatNobodyNamedFromAnInvoice) {
  const ApiAnswer filed = file(R"(,"from_mail":true,"direction":"incoming")", "RE 7.xml", invoice);
  ASSERT_EQ(filed.status, 201U) << filed.body;
  EXPECT_EQ(filed.text("subject"), "RE 7");
  EXPECT_EQ(filed.text("sender"), "Salzhandel Nordquell");
  EXPECT_EQ(filed.text("letter_date"), "2026-11-20");
  EXPECT_EQ(filed.text("foreign_reference"), "RE 7");
  EXPECT_EQ(filed.text("type"), "invoice");
  const ApiAnswer named = file(
      R"(,"from_mail":true,"sender":"Salz","type":"letter","foreign_reference":"","letter_date":null)",
      "RE 7.xml", invoice);
  ASSERT_EQ(named.status, 201U) << named.body;
  EXPECT_EQ(named.text("sender"), "Salz");
  EXPECT_EQ(named.text("type"), "letter");
  EXPECT_EQ(named.text("foreign_reference"), "");
  EXPECT_FALSE(named.json.as_object().contains("letter_date"));
  EXPECT_TRUE(eventually(
      [&] {
        return clerk_.get("/api/v1/search?q=4.336,90").body.find(filed.text("id")) !=
               std::string::npos;
      },
      std::chrono::seconds(30)))
      << "the XML says 4336.9";
}

TEST_F(MailFiling, AnInvoiceInTheInboxFillsItsFields) {
  const std::string mail = mail_with_invoice("invoice@filing");
  for (const auto& [name, bytes] :
       {std::pair<std::string, std::string>{"RE 7.xml", std::string(invoice)},
        {"Post.eml", mail}}) {
    const ApiAnswer item = receive("", name, bytes);
    ASSERT_EQ(item.status, 201U) << item.body;
    EXPECT_EQ(item.text("subject"), name == "Post.eml" ? "Streusalz" : "RE 7");
    EXPECT_EQ(item.text("sender"), "Salzhandel Nordquell");
    EXPECT_EQ(item.text("letter_date"), "2026-11-20");
    EXPECT_EQ(item.text("foreign_reference"), "RE 7");
    EXPECT_EQ(item.text("type"), "invoice");
    EXPECT_EQ(item.text("deadline"), "2026-12-04");
  }
  const ApiAnswer named =
      receive(R"(,"deadline":"2026-12-24","foreign_reference":"4711")", "noch einmal.eml", mail);
  ASSERT_EQ(named.status, 201U) << named.body;
  EXPECT_EQ(named.text("deadline"), "2026-12-24");
  EXPECT_EQ(named.text("foreign_reference"), "4711");
  EXPECT_EQ(named.text("sender"), "Salzhandel Nordquell");
}

TEST_F(MailFiling, AMailThatLiesInADossierIsKnownInTheInbox) {
  const ApiAnswer filed = file(R"(,"from_mail":true)", "Anfrage.eml", mail("5@filing"));
  ASSERT_EQ(filed.status, 201U) << filed.body;
  const ApiAnswer item = receive("", "Anfrage.eml", mail("5@filing", "Saved again."));
  const std::string path = "/api/v1/inbox/" + item.text("id");
  ASSERT_TRUE(eventually([&] { return clerk_.get(path).json.as_object().contains("filed_before"); },
                         std::chrono::seconds(30)));
  const auto before = clerk_.get(path).json.at("filed_before");
  EXPECT_EQ(before.at("document_id").as_string(), filed.text("id"));
  EXPECT_EQ(before.at("dossier_id").as_string(), dossier_);
}

}  // namespace
}  // namespace dms::test
