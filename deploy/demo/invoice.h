#pragma once

// Electronic invoices: XRechnung 3.0, that is EN 16931 in the syntax of UBL 2.1. Sums are computed
// from the lines, in cents. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "deploy/demo/sheet.h"

namespace dms::demo {

struct InvoiceLine {
  std::string name;
  std::string description;
  std::int64_t quantity_thousandths = 0;
  std::string unit_code;  // UN/ECE Recommendation 20: TNE, C62, HUR
  std::int64_t price_cents = 0;
};

struct Invoice {
  std::string number;
  Date issued;
  Date delivered;
  Date due;
  std::string buyer_reference;  // Leitweg-ID
  std::string order_reference;
  std::string note;
  std::string payment_terms;
  std::vector<InvoiceLine> lines;
  int vat_percent = 19;

  Correspondent seller;
  std::string seller_vat_id;
  std::string seller_register;  // "HRA 301187, Amtsgericht …"
  std::string seller_contact;
  std::string seller_iban;
  Correspondent buyer;
};

struct InvoiceSums {
  std::int64_t net_cents = 0;
  std::int64_t vat_cents = 0;
  std::int64_t gross_cents = 0;
};

// Each line rounded to the cent, tax on the sum.
InvoiceSums sums_of(const Invoice& invoice);
std::int64_t net_cents_of(const InvoiceLine& line);
// "2.670,36 Euro".
std::string german_amount(std::int64_t cents);

std::string render_xrechnung(const Invoice& invoice);

}  // namespace dms::demo
