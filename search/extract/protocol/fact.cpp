#include "search/extract/protocol/fact.h"

#include <algorithm>
#include <utility>

#include "dms/base/described_enum.h"
#include "dms/base/text.h"
#include "search/extract/protocol/reply.h"

namespace dms::search {

bool is_amount(std::string_view text) {
  constexpr std::size_t digits_max = 18;
  constexpr std::size_t decimals_max = 6;
  const auto digits = [](std::string_view part, std::size_t count_max) {
    return !part.empty() && part.size() <= count_max &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!digits(whole, digits_max) || (whole.size() > 1 && whole.front() == '0')) return false;
  return point == std::string_view::npos || digits(text.substr(point + 1), decimals_max);
}

bool is_currency(std::string_view text) {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace dms::search

namespace dms::search::extract {
namespace {

constexpr std::string_view several = "several";

bool is_of_mail(FactKind kind) {
  return kind <= FactKind::mail_thread;
}

bool take_line(std::string_view text, std::string& to) {
  if (!to.empty() || text.empty() || !is_clean_line(text, metadata_bytes_max)) return false;
  to = text;
  return true;
}

bool take_party(std::string_view text, std::vector<std::string>& to) {
  std::string party;
  if (to.size() >= MailFacts::parties_max || !take_line(text, party)) return false;
  to.push_back(std::move(party));
  return true;
}

template <class Value>
bool take_parsed(std::optional<Value> parsed, std::optional<Value>& to) {
  if (to || !parsed) return false;
  to = parsed;
  return true;
}

bool take_mail_fact(FactKind kind, std::string_view text, MailFacts& mail) {
  switch (kind) {
    case FactKind::mail_from:
      return take_line(text, mail.from);
    case FactKind::mail_to:
      return take_party(text, mail.to);
    case FactKind::mail_cc:
      return take_party(text, mail.cc);
    case FactKind::mail_sent_at:
      return take_parsed(parse_rfc3339(text), mail.sent_at);
    case FactKind::mail_message_id:
      return take_line(text, mail.message_id);
    case FactKind::mail_answers:
      return take_party(text, mail.answers);
    case FactKind::mail_thread:
      return take_party(text, mail.thread);
    default:
      return take_line(text, mail.subject);
  }
}

bool take_invoice_fact(FactKind kind, std::string_view text, InvoiceFacts& invoice) {
  switch (kind) {
    case FactKind::invoice_number:
      return take_line(text, invoice.number);
    case FactKind::invoice_seller:
      return take_line(text, invoice.seller);
    case FactKind::invoice_buyer:
      return take_line(text, invoice.buyer);
    case FactKind::invoice_issued:
      return take_parsed(parse_date(text), invoice.issued);
    case FactKind::invoice_due:
      return take_parsed(parse_date(text), invoice.due);
    case FactKind::invoice_amount:
      return is_amount(text) && take_line(text, invoice.amount);
    default:
      return is_currency(text) && take_line(text, invoice.currency);
  }
}

class FactList {
 public:
  void add(FactKind kind, std::string_view text) {
    const std::string_view kept = truncate_utf8(text, metadata_bytes_max);
    if (!kept.empty()) facts.push_back({kind, std::string(kept)});
  }
  void add(FactKind kind, const std::vector<std::string>& parties) {
    const std::size_t count = std::min(parties.size(), MailFacts::parties_max);
    for (std::size_t i = 0; i < count; ++i) add(kind, parties[i]);
  }
  void add(FactKind kind, const std::optional<Date>& day) {
    if (day) add(kind, format_date(*day));
  }

  std::vector<Fact> facts;
};

}  // namespace

bool is_clean_line(std::string_view text, std::size_t bytes_max) {
  if (text.empty()) return true;
  if (text.size() > bytes_max) return false;
  auto cleaned = clean_line(text, "", {.code_points_min = 0, .code_points_max = bytes_max});
  return cleaned && *cleaned == text;
}

std::vector<Fact> list_facts(const Extraction& extraction) {
  FactList list;
  if (const auto& mail = extraction.mail) {
    list.add(FactKind::mail_from, mail->from);
    list.add(FactKind::mail_to, mail->to);
    list.add(FactKind::mail_cc, mail->cc);
    if (mail->sent_at) list.add(FactKind::mail_sent_at, format_rfc3339(*mail->sent_at));
    list.add(FactKind::mail_subject, mail->subject);
    list.add(FactKind::mail_message_id, mail->message_id);
    list.add(FactKind::mail_answers, mail->answers);
    list.add(FactKind::mail_thread, mail->thread);
  }
  if (const auto& invoice = extraction.invoice) {
    list.add(FactKind::invoice_kind, enum_name(invoice->kind));
    list.add(FactKind::invoice_number, invoice->number);
    list.add(FactKind::invoice_seller, invoice->seller);
    list.add(FactKind::invoice_buyer, invoice->buyer);
    list.add(FactKind::invoice_issued, invoice->issued);
    list.add(FactKind::invoice_due, invoice->due);
    list.add(FactKind::invoice_amount, invoice->amount);
    list.add(FactKind::invoice_currency, invoice->currency);
  }
  if (extraction.has_several_invoices) list.add(FactKind::several_invoices, several);
  return std::move(list.facts);
}

bool take_fact(std::uint8_t number, std::string_view text, Extraction& extraction) {
  const auto kind = static_cast<FactKind>(number);
  if (kind < FactKind::mail_from || kind > FactKind::several_invoices) return false;
  if (is_of_mail(kind)) {
    if (!extraction.mail) extraction.mail.emplace();
    return take_mail_fact(kind, text, *extraction.mail);
  }
  if (kind == FactKind::several_invoices) {
    return text == several && !std::exchange(extraction.has_several_invoices, true);
  }
  if (kind == FactKind::invoice_kind) {
    const auto named = enum_from_name<InvoiceKind>(text);
    if (!named || extraction.invoice) return false;
    extraction.invoice.emplace().kind = *named;
    return true;
  }
  return extraction.invoice && take_invoice_fact(kind, text, *extraction.invoice);
}

bool facts_agree(const Extraction& extraction) {
  const std::string_view type = extraction.mime_type;
  // Of a mail without a head no fact tells that it is one.
  const bool is_mail =
      extraction.mail || type == "message/rfc822" || type == "application/vnd.ms-outlook";
  if (extraction.has_several_invoices && (extraction.invoice || !is_mail)) return false;
  return !extraction.invoice ||
         extraction.invoice->amount.empty() == extraction.invoice->currency.empty();
}

}  // namespace dms::search::extract
