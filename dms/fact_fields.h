#pragma once

// What a mail or an electronic invoice says of itself, as fields of a letter: a mail its sender and
// day, an invoice its seller, number, day and when it is due. Where a mail carries an invoice, that
// speaks, and the mail for what it leaves out. Pure; total for any facts.

#include <boost/describe/enum.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dms/letter_fields.h"
#include "search/extract/facts.h"

namespace dms {

// Who says what is proposed for a field: the letter's text, or what the file has for machines.
enum class FieldSource : std::uint8_t { text, mail, invoice };
BOOST_DESCRIBE_ENUM(FieldSource, text, mail, invoice)

struct FactField {
  FieldSource source = FieldSource::invoice;
  LetterFieldName name = LetterFieldName::type;
  std::string value;  // as LetterField::value; fits an inbound item's field
};

// Each name at most once, in the order of the enumerators.
std::vector<FactField> read_facts(const std::optional<search::MailFacts>& mail,
                                  const std::optional<search::InvoiceFacts>& invoice);

// As much of a stranger's line as fits, cleaned; "" where nothing of it can be had.
std::string fitting_line(std::string_view line, std::size_t bytes_max);

// The first place on `pages` at which `value` stands word for word or as a day. nullopt: nowhere.
std::optional<LetterField> find_value(const std::vector<std::string_view>& pages,
                                      LetterFieldName name, const std::string& value);

}  // namespace dms
