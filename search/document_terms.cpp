#include "search/document_terms.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dms/base/text.h"
#include "search/fields.h"

namespace dms::search {

namespace {

// Between two texts of one document, so that no phrase reaches from one into the other.
constexpr Xapian::termpos gap_between_texts = 100;
// Some 15 MB.
constexpr std::size_t kept_stems_max = 50'000;
// Of "621.41" and "18.10.2013": 621 and 2013, by which people ask, too. Shorter numbers say little,
// and those of amounts ("1.000,50") nothing.
std::vector<std::string_view> numbers_within(std::string_view exact) {
  constexpr std::size_t digits_min = 3;
  std::vector<std::string_view> numbers;
  if (exact.find('.') == std::string_view::npos || exact.find(',') != std::string_view::npos) {
    return numbers;
  }
  while (!exact.empty()) {
    const std::size_t end = std::min(exact.find('.'), exact.size());
    if (end >= digits_min) numbers.push_back(exact.substr(0, end));
    exact.remove_prefix(std::min(end + 1, exact.size()));
  }
  return numbers;
}

constexpr char hit_format = '\x01';

}  // namespace

std::int32_t day_of(const IndexDocument& document) {
  if (document.date) return day_number(*document.date);
  return day_number(Date{std::chrono::floor<std::chrono::days>(document.modified)});
}

FacetValues facets_of(const IndexDocument& document) {
  FacetValues values;
  for (const auto& [filter, facet] :
       {std::pair(Filter::type, Facet::type), std::pair(Filter::status, Facet::status),
        std::pair(Filter::unit, Facet::unit), std::pair(Filter::sender, Facet::sender)}) {
    const auto found =
        std::find_if(document.filters.begin(), document.filters.end(),
                     [&](const FilterValue& value) { return value.filter == filter; });
    if (found != document.filters.end()) values[column_of(facet)] = found->value;
  }
  return values;
}

Result<void> check_document(const IndexDocument& document) {
  for (const FilterValue& filter : document.filters) {
    if (filter.value.empty() || filter.value.size() > filter_value_bytes_max) {
      return fail(operator_error(ErrorCode::internal, "a filter value of an impossible length"));
    }
  }
  return {};
}

Xapian::Document DocumentAnalysis::analyse(const IndexDocument& document) {
  Xapian::Document out;
  out.set_data(encode_hit({document.id, document.group, document.body_sha256}));
  out.add_value(fields::group_slot, std::string(raw_bytes(document.group)));
  out.add_value(fields::day_slot, encode_day(day_of(document)));
  out.add_boolean_term(fields::id_term(document.id));
  out.add_boolean_term(fields::group_term(document.group));
  for (const FilterValue& filter : document.filters) {
    out.add_boolean_term(fields::filter_term(filter));
  }
  const FacetValues facets = facets_of(document);
  for (std::size_t column = 0; column < column_facets; ++column) {
    if (!facets[column].empty()) out.add_value(facet_slots[column], facets[column]);
  }

  Xapian::termpos body_position = 0;
  Xapian::termpos other_position = 0;
  add_words(words_of(truncate_utf8(document.body, indexed_body_bytes_max), body_position),
            fields::prefix(Field::body), out);
  for (const FieldText& field : document.fields) {
    const bool is_body = field.field == Field::body;
    const Words words = words_of(field.text, is_body ? body_position : other_position);
    add_words(words, fields::prefix(field.field), out);
    if (is_body) continue;
    add_words(words, fields::any_but_body, out);
    if (!field.from_content) add_written(field.text, out);
  }
  return out;
}

void DocumentAnalysis::add_written(std::string_view text, Xapian::Document& out) {
  // A word that goes on in the next line is not written so.
  static constexpr std::string_view dividers = "\t\n\r\xC2\xAD";
  analyzer_.start(text);
  Token token;
  while (analyzer_.next(token)) {
    const std::string_view written = text.substr(token.begin, token.end - token.begin);
    if (token.has_digit || written.size() > fields::written_bytes_max ||
        written.find_first_of(dividers.substr(0, 3)) != std::string_view::npos ||
        written.find(dividers.substr(3)) != std::string_view::npos) {
      continue;
    }
    out.add_boolean_term(fields::written_term(token.exact, written));
  }
}

DocumentAnalysis::Words DocumentAnalysis::words_of(std::string_view text,
                                                   Xapian::termpos& position) {
  Words words;
  analyzer_.start(text);
  Token token;
  while (analyzer_.next(token)) {
    ++position;
    Occurrences& occurrences = words[token.exact];
    occurrences.positions.push_back(position);
    occurrences.has_digit = token.has_digit;
    if (token.section) {
      Occurrences& section = words[section_term(token.exact)];
      section.positions.push_back(position);
      section.has_digit = true;
    }
    if (!token.iban.empty()) {
      Occurrences& joined = words[token.iban];
      joined.positions.push_back(position);
      joined.has_digit = true;
    }
    if (token.has_digit) {
      for (const std::string_view number : numbers_within(token.exact)) {
        Occurrences& within = words[std::string(number)];
        // "2013.2013" has it twice at one place.
        if (within.positions.empty() || within.positions.back() != position) {
          within.positions.push_back(position);
        }
        within.has_digit = true;
      }
    }
  }
  position += gap_between_texts;
  return words;
}

void DocumentAnalysis::add_words(const Words& words, std::string_view prefix,
                                 Xapian::Document& out) {
  std::string term;
  for (const auto& [exact, occurrences] : words) {
    term.assign(prefix).append(exact);
    for (const Xapian::termpos position : occurrences.positions) out.add_posting(term, position);
    if (occurrences.has_digit) continue;
    const auto count = static_cast<Xapian::termcount>(occurrences.positions.size());
    const Stems& stems = stems_of(exact);
    term.assign(fields::stem_mark).append(prefix).append(stems.word);
    out.add_term(term, count);
    for (const std::string& part : stems.parts) {
      term.assign(fields::part_mark).append(prefix).append(part);
      out.add_term(term, count);
    }
  }
}

const DocumentAnalysis::Stems& DocumentAnalysis::stems_of(const std::string& exact) {
  if (stems_.size() >= kept_stems_max) stems_.clear();
  const auto [place, fresh] = stems_.try_emplace(exact);
  Stems& stems = place->second;
  if (!fresh) return stems;
  stems.word = analyzer_.stem(exact);
  for (CompoundPart& part : analyzer_.parts(exact)) stems.parts.push_back(std::move(part.stem));
  return stems;
}

std::string encode_hit(const StoredHit& hit) {
  std::string bytes(1, hit_format);
  bytes += raw_bytes(hit.document);
  bytes += raw_bytes(hit.group);
  if (hit.body_sha256) bytes += hit.body_sha256->raw();
  return bytes;
}

std::optional<StoredHit> decode_hit(std::string_view bytes) {
  constexpr std::size_t id_size = 16;
  constexpr std::size_t short_size = 1 + 2 * id_size;
  constexpr std::size_t long_size = short_size + 32;
  if ((bytes.size() != short_size && bytes.size() != long_size) || bytes.front() != hit_format) {
    return std::nullopt;
  }
  StoredHit hit;
  hit.document = *uuid_from_raw(bytes.substr(1, id_size));
  hit.group = *uuid_from_raw(bytes.substr(1 + id_size, id_size));
  if (bytes.size() == long_size) {
    hit.body_sha256 = Sha256Digest::from_raw(bytes.substr(short_size));
  }
  return hit;
}

}  // namespace dms::search
