#pragma once

// Electronic invoices after EN 16931, as XRechnung uses it: UBL 2.1 Invoice and CreditNote, and
// UN/CEFACT Cross Industry Invoice (which Factur-X and ZUGFeRD 2 carry
// too), and the one before it that ZUGFeRD 1.0 carries.

#include <optional>
#include <string>
#include <string_view>

#include "search/extract/facts.h"
#include "search/extract/parse/xml.h"

namespace dms::search::extract {

// nullopt where `root`, by its name and namespace, begins none of them. What is missing or not of
// its form in the invoice is left out.
std::optional<InvoiceFacts> read_invoice(const pugi::xml_node& root);

// An xs:decimal in the one form that is_amount() takes; empty where it is none, or has too many
// digits. Zeros at the end stay: "12.50".
std::string normal_amount(std::string_view decimal);

}  // namespace dms::search::extract
