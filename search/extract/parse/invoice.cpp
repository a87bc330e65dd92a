#include "search/extract/parse/invoice.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "dms/base/time.h"
#include "search/extract/parse/text_sink.h"
#include "search/extract/protocol/reply.h"

namespace dms::search::extract {
namespace {

constexpr std::string_view ubl = "urn:oasis:names:specification:ubl:schema:xsd:";
constexpr std::string_view ferd = "urn:ferd:CrossIndustryDocument:invoice:1p0";
constexpr std::string_view cii = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100";

// The namespace of a root element: what it declares for its own prefix.
std::string_view root_namespace(const pugi::xml_node& root) {
  const std::string_view name = root.name();
  const std::size_t colon = name.find(':');
  std::string declaration = "xmlns";
  if (colon != std::string_view::npos) declaration += ":" + std::string(name.substr(0, colon));
  return root.attribute(declaration.c_str()).value();
}

using Path = std::initializer_list<std::string_view>;

// The first node at the end of the path; empty where a part of it is missing.
pugi::xml_node at(pugi::xml_node node, Path path) {
  for (const std::string_view name : path) node = child(node, name);
  return node;
}

std::string line_of(const pugi::xml_node& node) {
  return clean_metadata(node.child_value(), metadata_bytes_max);
}

std::string line_at(const pugi::xml_node& node, Path path) {
  return line_of(at(node, path));
}

// "2026-11-27", perhaps with a time zone behind it.
std::optional<Date> iso_day(std::string_view text) {
  constexpr std::size_t day_length = 10;
  return parse_date(text.substr(0, day_length));
}

// "20261127" (UN/CEFACT's format 102).
std::optional<Date> plain_day(const pugi::xml_node& node) {
  const std::string text = line_at(node, {"DateTimeString"});
  if (text.size() != 8) return std::nullopt;
  return parse_date(text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6));
}

// An amount without a currency says nothing.
void set_amount(InvoiceFacts& invoice, const pugi::xml_node& node, std::string currency) {
  const std::string_view own = attribute(node, "currencyID");
  if (is_currency(own)) currency = own;
  std::string amount = normal_amount(line_of(node));
  if (amount.empty() || !is_currency(currency)) return;
  invoice.amount = std::move(amount);
  invoice.currency = std::move(currency);
}

// The registered name; the trading name where there is none.
std::string ubl_party(const pugi::xml_node& root, std::string_view role) {
  const pugi::xml_node party = at(root, {role, "Party"});
  std::string name = line_at(party, {"PartyLegalEntity", "RegistrationName"});
  return name.empty() ? line_at(party, {"PartyName", "Name"}) : name;
}

InvoiceFacts read_ubl(const pugi::xml_node& root, InvoiceKind kind) {
  InvoiceFacts invoice;
  invoice.kind = kind;
  invoice.number = line_at(root, {"ID"});
  invoice.seller = ubl_party(root, "AccountingSupplierParty");
  invoice.buyer = ubl_party(root, "AccountingCustomerParty");
  invoice.issued = iso_day(line_at(root, {"IssueDate"}));
  invoice.due = iso_day(line_at(root, {"DueDate"}));
  if (!invoice.due) invoice.due = iso_day(line_at(root, {"PaymentMeans", "PaymentDueDate"}));
  set_amount(invoice, at(root, {"LegalMonetaryTotal", "PayableAmount"}),
             line_at(root, {"DocumentCurrencyCode"}));
  return invoice;
}

// UNTDID 1001, as far as EN 16931 uses it.
bool is_credit_note(std::string_view type_code) {
  constexpr std::array<std::string_view, 11> codes{"81",  "83",  "261", "262", "296", "308",
                                                   "381", "396", "420", "458", "532"};
  return std::find(codes.begin(), codes.end(), type_code) != codes.end();
}

// The two editions of the cross industry invoice call the same things by other names.
struct CiiNames {
  std::string_view document;
  std::string_view trade;
  std::string_view agreement;
  std::string_view settlement;
  std::string_view sums;
};
constexpr CiiNames cii_names{"ExchangedDocument", "SupplyChainTradeTransaction",
                             "ApplicableHeaderTradeAgreement", "ApplicableHeaderTradeSettlement",
                             "SpecifiedTradeSettlementHeaderMonetarySummation"};
// ZUGFeRD 1.0
constexpr CiiNames ferd_names{"HeaderExchangedDocument", "SpecifiedSupplyChainTradeTransaction",
                              "ApplicableSupplyChainTradeAgreement",
                              "ApplicableSupplyChainTradeSettlement",
                              "SpecifiedTradeSettlementMonetarySummation"};

InvoiceFacts read_cii(const pugi::xml_node& root, const CiiNames& names) {
  const pugi::xml_node document = child(root, names.document);
  const pugi::xml_node trade = child(root, names.trade);
  const pugi::xml_node agreement = child(trade, names.agreement);
  const pugi::xml_node settlement = child(trade, names.settlement);
  const pugi::xml_node sums = child(settlement, names.sums);
  InvoiceFacts invoice;
  if (is_credit_note(line_at(document, {"TypeCode"}))) invoice.kind = InvoiceKind::credit_note;
  invoice.number = line_at(document, {"ID"});
  invoice.issued = plain_day(at(document, {"IssueDateTime"}));
  invoice.seller = line_at(agreement, {"SellerTradeParty", "Name"});
  invoice.buyer = line_at(agreement, {"BuyerTradeParty", "Name"});
  invoice.due = plain_day(at(settlement, {"SpecifiedTradePaymentTerms", "DueDateDateTime"}));
  const std::string currency = line_at(settlement, {"InvoiceCurrencyCode"});
  set_amount(invoice, child(sums, "DuePayableAmount"), currency);
  // The smallest profiles do not tell what was paid already.
  if (invoice.amount.empty()) set_amount(invoice, child(sums, "GrandTotalAmount"), currency);
  return invoice;
}

}  // namespace

std::string normal_amount(std::string_view decimal) {
  const bool negative = decimal.starts_with('-');
  if (negative || decimal.starts_with('+')) decimal.remove_prefix(1);
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  std::string_view whole = decimal.substr(0, point);
  const std::string_view decimals = decimal.substr(std::min(point + 1, decimal.size()));
  if (whole.empty() && decimals.empty()) return {};
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  std::string amount = negative ? "-" : "";
  amount += whole.empty() ? "0" : whole;
  if (!decimals.empty()) amount += "." + std::string(decimals);
  return is_amount(amount) ? amount : std::string();
}

std::optional<InvoiceFacts> read_invoice(const pugi::xml_node& root) {
  const std::string_view name = local_name(root.name());
  const std::string_view space = root_namespace(root);
  if (name == "CrossIndustryInvoice" && space == cii) return read_cii(root, cii_names);
  if (name == "CrossIndustryDocument" && space == ferd) return read_cii(root, ferd_names);
  if (name == "Invoice" && space == std::string(ubl) + "Invoice-2") {
    return read_ubl(root, InvoiceKind::invoice);
  }
  if (name == "CreditNote" && space == std::string(ubl) + "CreditNote-2") {
    return read_ubl(root, InvoiceKind::credit_note);
  }
  return std::nullopt;
}

}  // namespace dms::search::extract
