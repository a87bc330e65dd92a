#pragma once

// Which invoice a mail has that carries some: the one there is. A bill that is sent as a PDF and as
// XML is one. Of several none: whichever it were, the mail would be found and filed by the numbers
// of one bill and hide the others.

#include <optional>
#include <utility>

#include "search/extract/facts.h"

namespace dms::search::extract {

inline bool is_same_invoice(const InvoiceFacts& a, const InvoiceFacts& b) {
  return a.kind == b.kind && !a.number.empty() && a.number == b.number && a.seller == b.seller;
}

// Adds what a file among those it carries says. Both have `invoice` and `has_several_invoices`.
template <class Mail, class File>
void carry_invoice(Mail& mail, File& file) {
  if (file.has_several_invoices) mail.has_several_invoices = true;
  if (file.invoice && mail.invoice && !is_same_invoice(*mail.invoice, *file.invoice)) {
    mail.has_several_invoices = true;
  }
  if (mail.has_several_invoices) {
    mail.invoice.reset();
  } else if (!mail.invoice) {
    mail.invoice = std::move(file.invoice);
  }
}

}  // namespace dms::search::extract
