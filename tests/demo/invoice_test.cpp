// XRechnungen: sums to the cent, and the elements in the order in which UBL wants them.

#include "deploy/demo/invoice.h"

#include <gtest/gtest.h>

namespace dms::demo {
namespace {

Invoice example() {
  Invoice invoice;
  invoice.number = "2048";
  invoice.issued = *parse_date("2026-11-13");
  invoice.delivered = *parse_date("2026-11-11");
  invoice.due = *parse_date("2026-12-14");
  invoice.buyer_reference = "08999031-0001-06";
  invoice.note = "Salz & <Sand>";
  invoice.seller = {"Salzkontor e. K.",
                    "",
                    "Hafenstr. 11",
                    "78000 Salzbrück",
                    "07720 3390",
                    "rechnung@salzkontor.example",
                    {},
                    Stationery::company};
  invoice.buyer = {
      "Gemeinde Musterbach",        "", "Rathausplatz 1",        "79999 Musterbach", "",
      "rathaus@musterbach.example", {}, Stationery::municipality};
  invoice.lines = {{"Auftausalz", "lose", 24060, "TNE", 8950},
                   {"Einblasen", "", 1000, "C62", 9600}};
  return invoice;
}

TEST(Invoice, IsRoundedToTheCentByLineAndTax) {
  const Invoice invoice = example();
  EXPECT_EQ(net_cents_of(invoice.lines[0]), 215337) << "24.060 t x 89.50";
  const InvoiceSums sums = sums_of(invoice);
  EXPECT_EQ(sums.net_cents, 224937);
  EXPECT_EQ(sums.vat_cents, 42738) << "427.3803";
  EXPECT_EQ(sums.gross_cents, 267675);
}

TEST(Invoice, TellsAmountsInGerman) {
  EXPECT_EQ(german_amount(5), "0,05 Euro");
  EXPECT_EQ(german_amount(267036), "2.670,36 Euro");
  EXPECT_EQ(german_amount(123456789), "1.234.567,89 Euro");
}

TEST(Invoice, HasTheElementsOfXRechnungInTheirOrder) {
  const std::string xml = render_xrechnung(example());
  std::size_t at = 0;
  for (const char* element : {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
                              "<ubl:Invoice",
                              ":xrechnung_3.0</cbc:CustomizationID>",
                              "<cbc:ProfileID>",
                              "<cbc:ID>2048<",
                              "<cbc:IssueDate>2026-11-13<",
                              "<cbc:DueDate>2026-12-14<",
                              "<cbc:InvoiceTypeCode>380<",
                              "<cbc:Note>Salz &amp; &lt;Sand&gt;<",
                              "<cbc:DocumentCurrencyCode>EUR<",
                              "<cbc:BuyerReference>08999031-0001-06<",
                              "<cac:OrderReference>",
                              "<cac:AccountingSupplierParty>",
                              "<cbc:EndpointID schemeID=\"EM\">",
                              "<cac:PartyName>",
                              "<cbc:CityName>Salzbrück<",
                              "<cbc:PostalZone>78000<",
                              "<cac:PartyTaxScheme>",
                              "<cac:PartyLegalEntity>",
                              "<cac:Contact>",
                              "<cac:AccountingCustomerParty>",
                              "<cac:Delivery>",
                              "<cac:PaymentMeans>",
                              "<cac:PaymentTerms>",
                              "<cac:TaxTotal>",
                              "<cbc:TaxableAmount currencyID=\"EUR\">2249.37<",
                              "<cbc:Percent>19<",
                              "<cac:LegalMonetaryTotal>",
                              "<cbc:PayableAmount currencyID=\"EUR\">2676.75<",
                              "<cac:InvoiceLine>",
                              "unitCode=\"TNE\">24.060<",
                              "<cac:Item>",
                              "<cac:Price>",
                              "</ubl:Invoice>"}) {
    const auto found = xml.find(element, at);
    ASSERT_NE(found, std::string::npos) << element << " after " << at;
    at = found;
  }
}

}  // namespace
}  // namespace dms::demo
