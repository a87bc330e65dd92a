#include "deploy/demo/invoice.h"

#include <fmt/format.h>

#include "deploy/demo/xml_text.h"

namespace dms::demo {

namespace {

// Half a unit goes up; nothing here is negative.
std::int64_t rounded_quotient(std::int64_t dividend, std::int64_t divisor) {
  return (dividend + divisor / 2) / divisor;
}

std::string decimal(std::int64_t cents) {
  return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

std::string quantity(std::int64_t thousandths) {
  return fmt::format("{}.{:03}", thousandths / 1000, thousandths % 1000);
}

// Writes elements one inside the other.
class XmlWriter {
 public:
  void open(const std::string& name) {
    indent();
    out_ += "<" + name + ">\n";
    names_.push_back(name);
  }
  void close() {
    const std::string name = names_.back();
    names_.pop_back();
    indent();
    out_ += "</" + name + ">\n";
  }
  void element(const std::string& name, std::string_view text, const std::string& attribute = "") {
    indent();
    out_ += "<" + name + (attribute.empty() ? "" : " " + attribute) + ">" + escape_xml(text) +
            "</" + name + ">\n";
  }
  void amount(const std::string& name, std::int64_t cents) {
    element(name, decimal(cents), "currencyID=\"EUR\"");
  }
  const std::string& text() const { return out_; }

 private:
  void indent() { out_.append(2 * (names_.size() + 1), ' '); }
  std::string out_;
  std::vector<std::string> names_;
};

void write_address(XmlWriter& xml, const std::string& element, const Correspondent& who) {
  const auto space = who.place.find(' ');
  xml.open(element);
  xml.element("cbc:StreetName", who.street);
  xml.element("cbc:CityName", who.place.substr(space + 1));
  xml.element("cbc:PostalZone", who.place.substr(0, space));
  xml.open("cac:Country");
  xml.element("cbc:IdentificationCode", "DE");
  xml.close();
  xml.close();
}

void write_tax_scheme(XmlWriter& xml) {
  xml.open("cac:TaxScheme");
  xml.element("cbc:ID", "VAT");
  xml.close();
}

void write_seller(XmlWriter& xml, const Invoice& invoice) {
  const Correspondent& seller = invoice.seller;
  xml.open("cac:AccountingSupplierParty");
  xml.open("cac:Party");
  xml.element("cbc:EndpointID", seller.email, "schemeID=\"EM\"");
  xml.open("cac:PartyName");
  xml.element("cbc:Name", seller.name);
  xml.close();
  write_address(xml, "cac:PostalAddress", seller);
  xml.open("cac:PartyTaxScheme");
  xml.element("cbc:CompanyID", invoice.seller_vat_id);
  write_tax_scheme(xml);
  xml.close();
  xml.open("cac:PartyLegalEntity");
  xml.element("cbc:RegistrationName", seller.name);
  xml.element("cbc:CompanyID", invoice.seller_register);
  xml.close();
  xml.open("cac:Contact");
  xml.element("cbc:Name", invoice.seller_contact);
  xml.element("cbc:Telephone", seller.phone);
  xml.element("cbc:ElectronicMail", seller.email);
  xml.close();
  xml.close();
  xml.close();
}

void write_buyer(XmlWriter& xml, const Invoice& invoice) {
  xml.open("cac:AccountingCustomerParty");
  xml.open("cac:Party");
  xml.element("cbc:EndpointID", invoice.buyer.email, "schemeID=\"EM\"");
  write_address(xml, "cac:PostalAddress", invoice.buyer);
  xml.open("cac:PartyLegalEntity");
  xml.element("cbc:RegistrationName", invoice.buyer.name);
  xml.close();
  xml.close();
  xml.close();
}

void write_payment(XmlWriter& xml, const Invoice& invoice) {
  xml.open("cac:Delivery");
  xml.element("cbc:ActualDeliveryDate", format_date(invoice.delivered));
  xml.close();
  xml.open("cac:PaymentMeans");
  xml.element("cbc:PaymentMeansCode", "58");
  xml.element("cbc:PaymentID", invoice.number);
  xml.open("cac:PayeeFinancialAccount");
  xml.element("cbc:ID", invoice.seller_iban);
  xml.element("cbc:Name", invoice.seller.name);
  xml.close();
  xml.close();
  xml.open("cac:PaymentTerms");
  xml.element("cbc:Note", invoice.payment_terms);
  xml.close();
}

void write_tax_category(XmlWriter& xml, const std::string& element, const Invoice& invoice) {
  xml.open(element);
  xml.element("cbc:ID", "S");
  xml.element("cbc:Percent", std::to_string(invoice.vat_percent));
  write_tax_scheme(xml);
  xml.close();
}

void write_sums(XmlWriter& xml, const Invoice& invoice) {
  const InvoiceSums sums = sums_of(invoice);
  xml.open("cac:TaxTotal");
  xml.amount("cbc:TaxAmount", sums.vat_cents);
  xml.open("cac:TaxSubtotal");
  xml.amount("cbc:TaxableAmount", sums.net_cents);
  xml.amount("cbc:TaxAmount", sums.vat_cents);
  write_tax_category(xml, "cac:TaxCategory", invoice);
  xml.close();
  xml.close();
  xml.open("cac:LegalMonetaryTotal");
  xml.amount("cbc:LineExtensionAmount", sums.net_cents);
  xml.amount("cbc:TaxExclusiveAmount", sums.net_cents);
  xml.amount("cbc:TaxInclusiveAmount", sums.gross_cents);
  xml.amount("cbc:PayableAmount", sums.gross_cents);
  xml.close();
}

void write_line(XmlWriter& xml, const Invoice& invoice, const InvoiceLine& line, int number) {
  xml.open("cac:InvoiceLine");
  xml.element("cbc:ID", std::to_string(number));
  xml.element("cbc:InvoicedQuantity", quantity(line.quantity_thousandths),
              "unitCode=\"" + line.unit_code + "\"");
  xml.amount("cbc:LineExtensionAmount", net_cents_of(line));
  xml.open("cac:Item");
  xml.element("cbc:Description", line.description);
  xml.element("cbc:Name", line.name);
  write_tax_category(xml, "cac:ClassifiedTaxCategory", invoice);
  xml.close();
  xml.open("cac:Price");
  xml.amount("cbc:PriceAmount", line.price_cents);
  xml.close();
  xml.close();
}

}  // namespace

std::int64_t net_cents_of(const InvoiceLine& line) {
  return rounded_quotient(line.quantity_thousandths * line.price_cents, 1000);
}

InvoiceSums sums_of(const Invoice& invoice) {
  InvoiceSums sums;
  for (const InvoiceLine& line : invoice.lines) sums.net_cents += net_cents_of(line);
  sums.vat_cents = rounded_quotient(sums.net_cents * invoice.vat_percent, 100);
  sums.gross_cents = sums.net_cents + sums.vat_cents;
  return sums;
}

std::string german_amount(std::int64_t cents) {
  std::string whole = std::to_string(cents / 100);
  for (std::size_t place = whole.size(); place > 3; place -= 3) whole.insert(place - 3, ".");
  return fmt::format("{},{:02} Euro", whole, cents % 100);
}

std::string render_xrechnung(const Invoice& invoice) {
  XmlWriter xml;
  xml.element("cbc:CustomizationID",
              "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0");
  xml.element("cbc:ProfileID", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0");
  xml.element("cbc:ID", invoice.number);
  xml.element("cbc:IssueDate", format_date(invoice.issued));
  xml.element("cbc:DueDate", format_date(invoice.due));
  xml.element("cbc:InvoiceTypeCode", "380");
  xml.element("cbc:Note", invoice.note);
  xml.element("cbc:DocumentCurrencyCode", "EUR");
  xml.element("cbc:BuyerReference", invoice.buyer_reference);
  xml.open("cac:OrderReference");
  xml.element("cbc:ID", invoice.order_reference);
  xml.close();
  write_seller(xml, invoice);
  write_buyer(xml, invoice);
  write_payment(xml, invoice);
  write_sums(xml, invoice);
  int number = 0;
  for (const InvoiceLine& line : invoice.lines) write_line(xml, invoice, line, ++number);
  const std::string oasis = "urn:oasis:names:specification:ubl:schema:xsd:";
  return std::string(xml_head) + "<ubl:Invoice xmlns:ubl=\"" + oasis +
         "Invoice-2\"\n  xmlns:cac=\"" + oasis + "CommonAggregateComponents-2\"\n  xmlns:cbc=\"" +
         oasis + "CommonBasicComponents-2\">\n" + xml.text() + "</ubl:Invoice>\n";
}

}  // namespace dms::demo
