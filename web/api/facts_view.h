#pragma once

// What a file says of itself on the wire: the head of a mail, an electronic invoice.

#include <boost/describe/class.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dms/base/time.h"
#include "search/extract/facts.h"

namespace dms::web {

struct MailView {
  std::optional<std::string> from;
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::optional<Instant> sent_at;
  std::optional<std::string> subject;
};
BOOST_DESCRIBE_STRUCT(MailView, (), (from, to, cc, sent_at, subject))

struct InvoiceView {
  search::InvoiceKind kind = search::InvoiceKind::invoice;
  std::optional<std::string> number;
  std::optional<std::string> seller;
  std::optional<std::string> buyer;
  std::optional<Date> issued_on;
  std::optional<Date> due_on;
  std::optional<std::string> amount;
  std::optional<std::string> currency;
};
BOOST_DESCRIBE_STRUCT(InvoiceView, (),
                      (kind, number, seller, buyer, issued_on, due_on, amount, currency))

MailView mail_view_of(const search::MailFacts& mail);
InvoiceView invoice_view_of(const search::InvoiceFacts& invoice);

}  // namespace dms::web
