#include "search/iban.h"

#include <algorithm>
#include <array>

namespace dms::search {

namespace {

struct Country {
  std::string_view code;
  std::size_t length;
};

// Those that take part in SEPA, and Turkey.
constexpr std::array<Country, 42> countries = {{
    {"ad", 24}, {"al", 28}, {"at", 20}, {"be", 16}, {"bg", 22}, {"ch", 21}, {"cy", 28},
    {"cz", 24}, {"de", 22}, {"dk", 18}, {"ee", 20}, {"es", 24}, {"fi", 18}, {"fr", 27},
    {"gb", 22}, {"gi", 23}, {"gr", 27}, {"hr", 21}, {"hu", 28}, {"ie", 22}, {"is", 26},
    {"it", 27}, {"li", 21}, {"lt", 20}, {"lu", 20}, {"lv", 21}, {"mc", 27}, {"md", 24},
    {"me", 22}, {"mk", 19}, {"mt", 31}, {"nl", 18}, {"no", 15}, {"pl", 28}, {"pt", 25},
    {"ro", 24}, {"rs", 22}, {"se", 24}, {"si", 19}, {"sk", 24}, {"sm", 27}, {"tr", 26},
}};
constexpr std::size_t head_length = 4;  // country and check digits, always written together

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t length_of(std::string_view head) {
  if (head.size() < head_length || !is_digit(head[2]) || !is_digit(head[3])) return 0;
  const auto known = std::find_if(countries.begin(), countries.end(), [&](const Country& country) {
    return country.code == head.substr(0, 2);
  });
  return known == countries.end() ? 0 : known->length;
}

// The width of the white space at a place, 0 where there is none.
std::size_t space_at(std::string_view text, std::size_t at) {
  if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n') return 1;
  for (const std::string_view space : {"\u00A0", "\u2007", "\u2009", "\u202F"}) {
    if (text.substr(at).starts_with(space)) return space.size();
  }
  return 0;
}

// ISO 7064, mod 97-10.
bool is_checked(std::string_view joined) {
  unsigned rest = 0;
  for (std::size_t i = 0; i < joined.size(); ++i) {
    const char c = joined[(i + head_length) % joined.size()];
    const auto value = static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'a' + 10);
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest == 1;
}

}  // namespace

bool may_begin_iban(std::string_view exact) {
  return length_of(exact) > 0;
}

std::optional<Iban> iban_at(std::string_view text, std::size_t begin) {
  Iban iban;
  std::size_t length = head_length;
  std::size_t at = begin;
  while (iban.joined.size() < length) {
    if (at >= text.size()) return std::nullopt;
    const std::size_t space = iban.joined.size() < head_length ? 0 : space_at(text, at);
    at += space;
    if (at >= text.size()) return std::nullopt;
    const char c = lowered(text[at]);
    if (!is_digit(c) && !is_letter(c)) return std::nullopt;
    iban.joined += c;
    ++at;
    if (iban.joined.size() == head_length) length = length_of(iban.joined);
    if (length == 0) return std::nullopt;
  }
  // It goes on: another word.
  if (at < text.size() && (is_digit(text[at]) || is_letter(lowered(text[at])))) return std::nullopt;
  if (!is_checked(iban.joined)) return std::nullopt;
  iban.end = at;
  return iban;
}

}  // namespace dms::search
