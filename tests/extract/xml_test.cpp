// XML of any vocabulary as text, and electronic invoices as facts beside it.

#include <gtest/gtest.h>

#include "search/extract/parse/invoice.h"
#include "search/extract/parse/job.h"
#include "search/extract/parse/xml_text.h"

namespace dms::search::extract {
namespace {

constexpr std::size_t large = 1U << 20U;

struct Read {
  std::string text;
  Parsed parsed;
};
Read read(std::string_view bytes, const XmlLimits& limits = {}) {
  TextSink sink(large);
  Read result;
  result.parsed = parse_xml(bytes, sink, limits);
  result.text = sink.finish().text;
  return result;
}
std::string text(std::string_view bytes) {
  return read(bytes).text;
}

TEST(Xml, CharacterContentIsTextElementByElement) {
  EXPECT_EQ(text("<?xml version='1.0'?><a b='nicht'><c>Eins</c>\n <c>Zwei\n  drei</c><d/>"
                 "<e><![CDATA[<vier>]]></e><!-- auch nicht --></a>"),
            "Eins\nZwei drei\n<vier>");
  EXPECT_EQ(text("<p>Der <b>rote</b> Hahn, der <i>bl</i>aue.</p>"), "Der rote Hahn, der blaue.");
}

TEST(Xml, TheDeclarationDecidesTheCharacterSet) {
  EXPECT_EQ(text("<?xml version='1.0' encoding='ISO-8859-15'?><a>Gr\xfc\xdf"
                 "e \xa4</a>"),
            "Grüße €");
  EXPECT_EQ(text("<?xml version='1.0'?><a>Grüße</a>"), "Grüße");
  EXPECT_EQ(text(std::string_view("\xff\xfe<\0a\0>\0\xfc\0<\0/\0a\0>\0", 18)), "ü");
  EXPECT_EQ(text("<?xml version='1.0' encoding='UTF-16'?><a>doch Grüße</a>"), "doch Grüße");
  EXPECT_EQ(text("<?xml version='1.0' encoding='no-such'?><a>Gr\xfc\xdf</a>"), "Grüß");
}

TEST(Xml, ReferencesAreReadAndUnknownOnesStay) {
  EXPECT_EQ(text("<a>&lt;&amp;&#228;&#x20AC; &unbekannt;</a>"), "<&ä€ &unbekannt;");
}

TEST(Xml, NoFileIsReadAndNoEntityExpanded) {
  const Read laughs = read(
      "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
      "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><l>&c;</l>");
  EXPECT_EQ(laughs.parsed.state, TextState::unsupported);
  EXPECT_EQ(laughs.parsed.cause, Cause::own_entities);
  EXPECT_EQ(laughs.text, "");
  const Read outside =
      read("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><a>&f;</a>");
  EXPECT_EQ(outside.parsed.cause, Cause::own_entities);
  // A DOCTYPE alone is harmless: it is not read.
  EXPECT_EQ(text("<!DOCTYPE a SYSTEM 'http://example.org/a.dtd' [<!ELEMENT a ANY>]><a>da</a>"),
            "da");
}

TEST(Xml, LimitsHold) {
  std::string deep = "unten";
  for (int i = 0; i < 5000; ++i) deep = "<a>" + std::move(deep) + "</a>";
  const Read nested = read("<w><z>oben</z>" + deep + "</w>");
  EXPECT_EQ(nested.text, "oben");
  EXPECT_EQ(nested.parsed.cause, Cause::nested_too_deep);
  const std::string many = "<w><a b='c'/><a/><a/></w>";  // four elements, one attribute
  EXPECT_EQ(read(many, {large, 5}).parsed.state, TextState::extracted);
  EXPECT_EQ(read(many, {large, 4}).parsed.cause, Cause::too_many_parts);
  EXPECT_EQ(read(many, {many.size(), 5}).parsed.state, TextState::extracted);
  const Read long_one = read(many, {many.size() - 1, 5});
  EXPECT_EQ(long_one.parsed.state, TextState::limit_exceeded);
  EXPECT_EQ(long_one.parsed.cause, Cause::input_too_large);
}

TEST(Xml, BrokenMarkupIsDamage) {
  for (const char* bytes : {"", "<a>", "<a></b>", "kein XML", "<?xml version='1.0'?>"}) {
    EXPECT_EQ(read(bytes).parsed.state, TextState::damaged) << bytes;
    EXPECT_EQ(read(bytes).parsed.cause, Cause::broken_markup) << bytes;
  }
  EXPECT_EQ(text(std::string_view("<a>x\0y</a>", 10)), "x y");
}

TEST(Xml, FilesWithinAsBase64AreLeftOut) {
  std::string base64;
  for (int i = 0; i < 20; ++i)
    base64 += "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFn\n";
  EXPECT_EQ(text("<a><b>vorn</b><c>" + base64 + "</c><d>hinten</d></a>"), "vorn\nhinten");
  std::string prose;
  for (int i = 0; i < 30; ++i) prose += "Lange Rede ohne Punkt und Komma ";
  EXPECT_NE(text("<a>" + prose + "</a>").find("Rede"), std::string::npos);
}

TEST(Xml, IsToldByItsBytes) {
  preload_parsers();
  const ParsedFile file =
      parse_file("<?xml version=\"1.0\"?>\n<akte><titel>Wege</titel></akte>", large);
  EXPECT_EQ(file.extraction.mime_type, "text/xml");
  EXPECT_EQ(file.extraction.state, TextState::extracted);
  EXPECT_EQ(file.extraction.text, "Wege");
  EXPECT_FALSE(file.extraction.invoice);
  EXPECT_EQ(parse_file("<!-- ohne Deklaration -->\n<a:b\n xmlns:a='urn:x'>Wege</a:b>", large)
                .extraction.mime_type,
            "text/xml");
  for (const char* text :
       {"<Anna> schrieb: xmlns", "<p>xmlns='x'</p>", "<a xmlnsx='x'>", "<!doctype"}) {
    EXPECT_EQ(parse_file(text, large).extraction.mime_type, "text/plain") << text;
  }
}

const std::string oasis = "urn:oasis:names:specification:ubl:schema:xsd:";

std::string ubl(const std::string& root, const std::string& content) {
  return "<?xml version='1.0'?><" + root + " xmlns='" + oasis + root + "-2' xmlns:x='" + oasis +
         "CommonBasicComponents-2'>" + content + "</" + root + ">";
}

TEST(Invoice, InUblIsRead) {
  const auto invoice =
      read(ubl("Invoice",
               "<x:ID>RE-2026/11</x:ID><x:IssueDate>2026-11-20</x:IssueDate>"
               "<x:DueDate>2026-12-04+01:00</x:DueDate>"
               "<x:DocumentCurrencyCode>EUR</x:DocumentCurrencyCode>"
               "<AccountingSupplierParty><Party><PartyName><x:Name>Salz &amp; Splitt</x:Name>"
               "</PartyName><PartyLegalEntity><x:RegistrationName>Salzhandel  Nord\nGmbH"
               "</x:RegistrationName></PartyLegalEntity></Party></AccountingSupplierParty>"
               "<AccountingCustomerParty><Party><PartyName><x:Name>Musterbach</x:Name></PartyName>"
               "</Party></AccountingCustomerParty>"
               "<LegalMonetaryTotal><x:PayableAmount currencyID='EUR'>02670.36</x:PayableAmount>"
               "</LegalMonetaryTotal>"))
          .parsed.invoice;
  ASSERT_TRUE(invoice);
  EXPECT_EQ(*invoice,
            (InvoiceFacts{InvoiceKind::invoice, "RE-2026/11", "Salzhandel Nord GmbH", "Musterbach",
                          parse_date("2026-11-20"), parse_date("2026-12-04"), "2670.36", "EUR"}));
}

TEST(Invoice, ACreditNoteSaysSo) {
  const auto note = read(ubl("CreditNote",
                             "<x:ID>G-1</x:ID><PaymentMeans><x:PaymentDueDate>2026-12-01"
                             "</x:PaymentDueDate></PaymentMeans><LegalMonetaryTotal>"
                             "<x:PayableAmount currencyID='CHF'>12</x:PayableAmount>"
                             "</LegalMonetaryTotal>"))
                        .parsed.invoice;
  ASSERT_TRUE(note);
  EXPECT_EQ(note->kind, InvoiceKind::credit_note);
  EXPECT_EQ(note->due, parse_date("2026-12-01"));
  EXPECT_EQ(note->amount, "12");
  EXPECT_EQ(note->currency, "CHF");
}

TEST(Invoice, InCiiIsRead) {
  const auto invoice =
      read(
          "<?xml version='1.0'?><r:CrossIndustryInvoice xmlns:r='urn:un:unece:uncefact:data:"
          "standard:CrossIndustryInvoice:100'><r:ExchangedDocument><ID>4711</ID>"
          "<TypeCode>381</TypeCode><IssueDateTime><DateTimeString format='102'>20261120"
          "</DateTimeString></IssueDateTime></r:ExchangedDocument><r:SupplyChainTradeTransaction>"
          "<ApplicableHeaderTradeAgreement><SellerTradeParty><Name>Stadtwerke</Name>"
          "</SellerTradeParty><BuyerTradeParty><Name>Amt</Name></BuyerTradeParty>"
          "</ApplicableHeaderTradeAgreement><ApplicableHeaderTradeSettlement>"
          "<InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradePaymentTerms>"
          "<DueDateDateTime><DateTimeString format='102'>20261231</DateTimeString>"
          "</DueDateDateTime></SpecifiedTradePaymentTerms>"
          "<SpecifiedTradeSettlementHeaderMonetarySummation><DuePayableAmount>-0.50"
          "</DuePayableAmount></SpecifiedTradeSettlementHeaderMonetarySummation>"
          "</ApplicableHeaderTradeSettlement></r:SupplyChainTradeTransaction>"
          "</r:CrossIndustryInvoice>")
          .parsed.invoice;
  ASSERT_TRUE(invoice);
  EXPECT_EQ(*invoice,
            (InvoiceFacts{InvoiceKind::credit_note, "4711", "Stadtwerke", "Amt",
                          parse_date("2026-11-20"), parse_date("2026-12-31"), "-0.50", "EUR"}));
}

TEST(Invoice, NameAndNamespaceTogetherTell) {
  EXPECT_FALSE(read("<Invoice><ID>1</ID></Invoice>").parsed.invoice);
  EXPECT_FALSE(read("<Invoice xmlns='urn:other'><ID>1</ID></Invoice>").parsed.invoice);
  EXPECT_FALSE(read("<Order xmlns='" + oasis + "Invoice-2'><ID>1</ID></Order>").parsed.invoice);
  EXPECT_FALSE(read("<Invoice xmlns:x='" + oasis + "Invoice-2'/>").parsed.invoice);
  EXPECT_TRUE(read("<x:Invoice xmlns:x='" + oasis + "Invoice-2'/>").parsed.invoice);
}

TEST(Invoice, WhatIsNotOfItsFormIsLeftOut) {
  const auto invoice = read(ubl("Invoice",
                                "<x:ID>1</x:ID><x:IssueDate>2026-02-30</x:IssueDate>"
                                "<x:DueDate>demnächst</x:DueDate><LegalMonetaryTotal>"
                                "<x:PayableAmount currencyID='Euro'>12.00</x:PayableAmount>"
                                "</LegalMonetaryTotal>"))
                           .parsed.invoice;
  ASSERT_TRUE(invoice);
  EXPECT_FALSE(invoice->issued);
  EXPECT_FALSE(invoice->due);
  EXPECT_EQ(invoice->amount, "") << "of which currency?";
  EXPECT_EQ(invoice->currency, "");
}

TEST(Invoice, AmountsAreExactText) {
  EXPECT_EQ(normal_amount("0012.50"), "12.50");
  EXPECT_EQ(normal_amount("+3"), "3");
  EXPECT_EQ(normal_amount("-.5"), "-0.5");
  EXPECT_EQ(normal_amount("7."), "7");
  EXPECT_EQ(normal_amount("123456789012345678.99"), "123456789012345678.99");
  for (const char* wrong : {"", ".", "-", "1,50", "1e3", "0x10", "12 00", "--1", "1.2.3", "NaN",
                            "1234567890123456789", "1.1234567"}) {
    EXPECT_EQ(normal_amount(wrong), "") << wrong;
  }
}

}  // namespace
}  // namespace dms::search::extract
