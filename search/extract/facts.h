#pragma once

// What some files say of themselves, beside their text. A stranger's word, checked for its form and
// for nothing else: each text is one clean line of at most 1,000 bytes; empty or absent is what the
// file does not say.

#include <boost/describe/enum.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/base/time.h"

namespace dms::search {

// The head of a mail (RFC 5322). Parties as "Petra Ackerlund <petra@example.org>".
struct MailFacts {
  std::string from;
  std::vector<std::string> to;  // at most parties_max, and so cc
  std::vector<std::string> cc;
  std::optional<Instant> sent_at;
  std::string subject;
  // Ids without their angle brackets. `answers`: In-Reply-To; `thread`: References, oldest first.
  std::string message_id;
  std::vector<std::string> answers;
  std::vector<std::string> thread;
  static constexpr std::size_t parties_max = 100;  // and ids
  friend bool operator==(const MailFacts&, const MailFacts&) = default;
};

// With a credit note the seller owes the amount.
enum class InvoiceKind : std::uint8_t { invoice, credit_note };
BOOST_DESCRIBE_ENUM(InvoiceKind, invoice, credit_note)

// An electronic invoice after EN 16931 (XRechnung), in whichever of its two syntaxes.
struct InvoiceFacts {
  InvoiceKind kind = InvoiceKind::invoice;
  std::string number;          // BT-1
  std::string seller;          // BT-27
  std::string buyer;           // BT-44
  std::optional<Date> issued;  // BT-2
  std::optional<Date> due;     // BT-9
  std::string amount;          // BT-115, due for payment: "-1234.50"; with a currency or not at all
  std::string currency;        // ISO 4217: "EUR"
  friend bool operator==(const InvoiceFacts&, const InvoiceFacts&) = default;
};

// Exact decimal text: an optional minus sign, up to 18 digits without needless zeros before them,
// up to 6 after a point. Amounts are never turned into floating point.
bool is_amount(std::string_view text);
// Three capital letters.
bool is_currency(std::string_view text);

}  // namespace dms::search
