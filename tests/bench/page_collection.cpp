#include "page_collection.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>

#include "dms/base/bytes.h"
#include "support/zstd_lines.h"

namespace dms::bench {

namespace {

constexpr std::size_t page_bytes = 2400;
constexpr std::uint32_t senders = 2000;
constexpr std::uint32_t years = 30;
constexpr int first_year = 1997;

constexpr std::array<std::string_view, 8> types = {"letter",   "invoice", "application", "notice",
                                                   "contract", "minutes", "report",      "other"};
constexpr std::array<std::string_view, 5> statuses = {"draft", "in_progress", "signed", "sent",
                                                      "final"};

// A well mixed number of two (the finaliser of SplitMix64).
std::uint64_t mixed(std::uint64_t value, std::uint64_t salt) {
  value += 0x9E3779B97F4A7C15ULL * (salt + 1);
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

// A choice that falls off as words do: the first are the most frequent.
std::size_t skewed(std::uint64_t random, std::size_t count) {
  const double unit = static_cast<double>(random % 1'000'000) / 1'000'000;
  return std::min(count - 1, static_cast<std::size_t>(unit * unit * static_cast<double>(count)));
}

// Where a page that begins at `begin` ends: at white space, never within a character.
std::size_t page_end(std::string_view text, std::size_t begin) {
  if (text.size() - begin <= page_bytes) return text.size();
  const std::size_t space = text.find_last_of(" \n", begin + page_bytes);
  if (space != std::string_view::npos && space > begin + page_bytes / 2) return space;
  std::size_t end = begin + page_bytes;
  while (end > begin + 1 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return end;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Other digits in the place of each number, the same ones for the same number in a round.
std::string with_other_numbers(std::string text, std::uint32_t round) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) continue;
    std::uint64_t number = 0;
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) {
      number = number * 10 + static_cast<std::uint64_t>(text[end++] - '0');
    }
    std::uint64_t other = mixed(number, round);
    for (; i < end; ++i, other /= 10) text[i] = static_cast<char>('0' + other % 10);
  }
  return text;
}

std::string text_of(const boost::json::value& value) {
  const auto* text = value.if_string();
  return text != nullptr ? std::string(*text) : std::string();
}

}  // namespace

PageCollection::PageCollection(const std::filesystem::path& data) {
  test::ZstdLines lines((data / "council-papers.jsonl.zst").string());
  std::string line;
  while (lines.next(line)) {
    const boost::json::value paper = boost::json::parse(line);
    const auto number = static_cast<std::uint32_t>(names_.size());
    names_.push_back(text_of(paper.at("name")));
    for (const boost::json::value& file : paper.at("files").as_array()) {
      const std::string text = text_of(file.at("text"));
      for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = page_end(text, begin);
        pages_.push_back(text.substr(begin, end - begin));
        paper_of_.push_back(number);
        begin = end;
      }
    }
  }
}

std::string PageCollection::body(std::uint32_t number) const {
  const auto round = static_cast<std::uint32_t>(number / pages_.size());
  const std::string& text = pages_[number % pages_.size()];
  return round == 0 ? text : with_other_numbers(text, round);
}

BenchPage PageCollection::page(std::uint32_t number) const {
  BenchPage page;
  page.number = number;
  page.dossier = number / pages_a_dossier;
  page.scope = static_cast<std::uint32_t>(mixed(page.dossier, 1) % scopes);
  page.subject = names_[paper_of_[number % pages_.size()]];
  page.type = types[skewed(mixed(number, 2), types.size())];
  page.status = statuses[skewed(mixed(number, 3), statuses.size())];
  page.sender = fmt::format("Absender {}", skewed(mixed(number, 4), senders));
  const std::uint64_t day = mixed(number, 5);
  page.date = std::chrono::year(first_year + static_cast<int>(day % years)) /
              std::chrono::month(1 + static_cast<unsigned>((day >> 16U) % 12)) /
              std::chrono::day(1 + static_cast<unsigned>((day >> 32U) % 28));
  page.body = body(number);
  return page;
}

bool is_visible(std::uint32_t scope) {
  return scope % (scopes / visible_scopes) == 0;
}

namespace {

Uuid id_of(std::uint64_t kind, std::uint32_t number) {
  std::string bytes;
  append_big_endian(bytes, kind);
  append_big_endian(bytes, std::uint32_t{0});
  append_big_endian(bytes, number);
  return *uuid_from_raw(bytes);
}

}  // namespace

Uuid page_id(std::uint32_t number) {
  return id_of(1, number);
}
Uuid dossier_id(std::uint32_t dossier) {
  return id_of(2, dossier);
}
std::uint32_t number_of(const Uuid& id) {
  return *read_big_endian_32(raw_bytes(id).substr(12));
}

search::IndexDocument to_document(const BenchPage& page) {
  search::IndexDocument document;
  document.id = page_id(page.number);
  document.group = dossier_id(page.dossier);
  document.fields = {
      {search::Field::subject, page.subject},
      {search::Field::sender, page.sender},
      {search::Field::reference, fmt::format("{}-{}", 600 + page.scope, page.number)}};
  document.body = page.body;
  document.filters = {{search::Filter::type, page.type},
                      {search::Filter::status, page.status},
                      {search::Filter::unit, fmt::format("unit {}", page.scope)},
                      {search::Filter::sender, page.sender}};
  document.date = page.date;
  return document;
}

}  // namespace dms::bench
