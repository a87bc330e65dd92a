#pragma once

// Facts (search/extract/facts.h) in a child's reply: a number that says which, and its text.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search/extract/extractor.h"

namespace dms::search::extract {

// Numbers travel between the processes of one build only; they are not stored.
enum class FactKind : std::uint8_t {
  mail_from = 1,
  mail_to,       // any number of times, each one party
  mail_cc,       // likewise
  mail_sent_at,  // RFC 3339
  mail_subject,
  mail_message_id,
  mail_answers,  // any number of times, each one id
  mail_thread,   // likewise
  invoice_kind,  // "invoice", "credit_note": before all others of an invoice
  invoice_number,
  invoice_seller,
  invoice_buyer,
  invoice_issued,  // ISO 8601
  invoice_due,     // likewise
  invoice_amount,
  invoice_currency,
  several_invoices,  // "several": of a mail, in place of all of one
};

struct Fact {
  FactKind kind = FactKind::mail_from;
  std::string text;
};

// All that `extraction` has, in an order that take_fact() takes; too many parties are left out.
std::vector<Fact> list_facts(const Extraction& extraction);

// Server side: checks what a child says and adds it to `extraction`. False where `number` is no
// kind, `text` not of the kind's form, or the fact was there already.
bool take_fact(std::uint8_t number, std::string_view text, Extraction& extraction);
// Once all is said: no amount without a currency, no invoice where there are several, which
// mails alone have.
bool facts_agree(const Extraction& extraction);

// A line fit for a list, as dms::clean_line has it: what needs mending did not come from our child.
bool is_clean_line(std::string_view text, std::size_t bytes_max);

}  // namespace dms::search::extract
