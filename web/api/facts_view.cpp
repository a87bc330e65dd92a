#include "web/api/facts_view.h"

#include "dms/object_record.h"

namespace dms::web {

MailView mail_view_of(const search::MailFacts& mail) {
  return {unless_empty(mail.from), mail.to, mail.cc, mail.sent_at, unless_empty(mail.subject)};
}

InvoiceView invoice_view_of(const search::InvoiceFacts& invoice) {
  return {invoice.kind,
          unless_empty(invoice.number),
          unless_empty(invoice.seller),
          unless_empty(invoice.buyer),
          invoice.issued,
          invoice.due,
          unless_empty(invoice.amount),
          unless_empty(invoice.currency)};
}

}  // namespace dms::web
