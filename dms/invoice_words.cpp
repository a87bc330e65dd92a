#include "dms/invoice_words.h"

#include <fmt/format.h>

#include <string_view>

namespace dms {

namespace {

void append(std::string& words, std::string_view word) {
  if (word.empty()) return;
  if (!words.empty()) words += ' ';
  words += word;
}

void append_day(std::string& words, const std::optional<Date>& day) {
  if (!day || !day->ok()) return;
  append(words, fmt::format("{:02}.{:02}.{:04}", static_cast<unsigned>(day->day()),
                            static_cast<unsigned>(day->month()), static_cast<int>(day->year())));
}

std::string grouped(std::string_view digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += '.';
    text += digits[i];
  }
  return text;
}

// `amount` as search::is_amount() has it; two decimals, or as many as mean something.
void append_amount(std::string& words, std::string_view amount, std::string_view currency) {
  if (!search::is_amount(amount)) return;
  if (amount.starts_with('-')) amount.remove_prefix(1);
  const std::size_t point = amount.find('.');
  const std::string_view whole = amount.substr(0, point);
  std::string decimals(point == std::string_view::npos ? "" : amount.substr(point + 1));
  while (decimals.size() > 2 && decimals.back() == '0') decimals.pop_back();
  while (decimals.size() < 2) decimals += '0';
  append(words, fmt::format("{},{}", grouped(whole), decimals));
  append(words, currency);
  if (whole.size() > 3) append(words, fmt::format("{},{}", whole, decimals));
}

}  // namespace

std::string german_words_of(const search::InvoiceFacts& invoice) {
  std::string words;
  append_amount(words, invoice.amount, invoice.currency);
  append_day(words, invoice.issued);
  append_day(words, invoice.due);
  return words;
}

}  // namespace dms
