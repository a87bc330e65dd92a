#include "dms/fact_fields.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dms/base/text.h"
#include "dms/german_dates.h"
#include "dms/local_date.h"

namespace dms {

namespace {

// Of an inbound item (clean_inbound_fields()); no longer in code points than in bytes.
constexpr std::size_t sender_bytes_max = 300;
constexpr std::size_t reference_bytes_max = 200;
constexpr std::size_t pages_max = 3;
// "7" stands on every page and means nothing.
constexpr std::size_t found_bytes_min = 3;

std::string text_of(const std::optional<Date>& day) {
  return day ? format_date(*day) : std::string();
}

constexpr std::size_t names = 5;
using Values = std::array<std::pair<LetterFieldName, std::string>, names>;

// In the order of the enumerators.
Values values_of(const search::InvoiceFacts& invoice) {
  const bool is_owed = invoice.kind == search::InvoiceKind::invoice;
  return {{{LetterFieldName::type, "invoice"},
           {LetterFieldName::letter_date, text_of(invoice.issued)},
           {LetterFieldName::sender, fitting_line(invoice.seller, sender_bytes_max)},
           {LetterFieldName::foreign_reference, fitting_line(invoice.number, reference_bytes_max)},
           {LetterFieldName::deadline, is_owed ? text_of(invoice.due) : ""}}};
}

Values values_of(const search::MailFacts& mail) {
  return {{{LetterFieldName::type, "email"},
           {LetterFieldName::letter_date, text_of(recordable_local_date(mail.sent_at))},
           {LetterFieldName::sender, fitting_line(mail.from, sender_bytes_max)},
           {LetterFieldName::foreign_reference, ""},
           {LetterFieldName::deadline, ""}}};
}

}  // namespace

std::vector<FactField> read_facts(const std::optional<search::MailFacts>& mail,
                                  const std::optional<search::InvoiceFacts>& invoice) {
  std::vector<FactField> fields;
  Values of_mail = mail ? values_of(*mail) : Values();
  Values of_invoice = invoice ? values_of(*invoice) : Values();
  for (std::size_t i = 0; i < names; ++i) {
    if (auto& [name, value] = of_invoice[i]; !value.empty()) {
      fields.push_back({FieldSource::invoice, name, std::move(value)});
    } else if (auto& [mail_name, said] = of_mail[i]; !said.empty()) {
      fields.push_back({FieldSource::mail, mail_name, std::move(said)});
    }
  }
  return fields;
}

std::string fitting_line(std::string_view line, std::size_t bytes_max) {
  auto clean = clean_line(truncate_utf8(line, bytes_max), "", {1, bytes_max});
  return clean ? std::move(*clean) : std::string();
}

std::optional<LetterField> find_value(const std::vector<std::string_view>& pages,
                                      LetterFieldName name, const std::string& value) {
  if (name == LetterFieldName::type || value.size() < found_bytes_min) return std::nullopt;
  const bool is_day = name == LetterFieldName::letter_date || name == LetterFieldName::deadline;
  for (std::size_t i = 0; i < std::min(pages.size(), pages_max); ++i) {
    const auto page = static_cast<std::uint32_t>(i + 1);
    if (is_day) {
      for (const FoundDate& found : find_dates(pages[i])) {
        if (format_date(found.date) == value)
          return LetterField{name, value, page, found.begin, found.end};
      }
      continue;
    }
    const std::size_t begin = pages[i].find(value);
    if (begin != std::string_view::npos) {
      return LetterField{name, value, page, begin, begin + value.size()};
    }
  }
  return std::nullopt;
}

}  // namespace dms
