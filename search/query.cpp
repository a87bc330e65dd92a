#include "search/query.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "dms/base/text.h"
#include "search/iban.h"
#include "search/language.h"
#include "search/query_filters.h"

namespace dms::search {

namespace {

using Occurrence = QueryClause::Occurrence;
using Kind = QueryItem::Kind;

constexpr std::size_t prefix_code_points_min = 2;

struct FieldName {
  std::string_view name;  // folded
  Field field;
  std::optional<Field> other = {};  // either of both
};

constexpr std::array<FieldName, 27> field_names = {{
    {"betreff", Field::subject},
    {"titel", Field::subject},
    {"subject", Field::subject},
    {"title", Field::subject},
    {"inhalt", Field::body},
    {"text", Field::body},
    {"body", Field::body},
    {"verfasser", Field::author},
    {"autor", Field::author},
    {"author", Field::author},
    {"korrespondent", Field::sender, Field::recipient},
    {"correspondent", Field::sender, Field::recipient},
    {"absender", Field::sender},
    {"sender", Field::sender},
    {"from", Field::sender},  // where no day follows, and so below
    {"empfaenger", Field::recipient},
    {"recipient", Field::recipient},
    {"to", Field::recipient},
    {"zeichen", Field::reference},
    {"aktenzeichen", Field::reference},
    {"az", Field::reference},
    {"reference", Field::reference},
    {"datei", Field::file_name},
    {"dateiname", Field::file_name},
    {"file", Field::file_name},
    {"notiz", Field::notes},
    {"notes", Field::notes},
}};

const FieldName* field_named(std::string_view name) {
  constexpr std::size_t name_bytes_max = 32;
  if (name.empty() || name.size() > name_bytes_max) return nullptr;
  const std::string folded = fold_german(name);
  const auto* const found =
      std::find_if(field_names.begin(), field_names.end(),
                   [&](const FieldName& known) { return known.name == folded; });
  return found == field_names.end() ? nullptr : found;
}

// The white space that people type or paste: ASCII's, and the no-break and ideographic ones.
std::size_t space_at(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  for (const std::string_view space : {"\u00A0", "\u2007", "\u202F", "\u3000"}) {
    if (text.substr(at, space.size()) == space) return space.size();
  }
  return 0;
}

// As many code points as a query may have; words that would be cut are left out.
std::string_view beginning_of(std::string_view text) {
  std::size_t end = 0;
  std::size_t last_space = 0;
  for (std::size_t code_points = 0; end < text.size(); ++code_points) {
    const std::size_t space = space_at(text, end);
    if (space > 0) last_space = end;
    if (code_points == query_code_points_max) {
      return text.substr(0, space > 0 || last_space == 0 ? end : last_space);
    }
    ++end;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  }
  return text;
}

class Parser {
 public:
  Parser(std::string_view text, std::span<const FilterWord> words)
      : text_(text), filter_words_(words) {}

  Query parse() {
    skip_spaces();
    query_.blank = at_ == text_.size();
    while (at_ < text_.size() && words_ < query_words_max) {
      parse_item();
      skip_spaces();
    }
    query_.shortened |= at_ < text_.size();
    query_.blank |= query_.clauses.empty() && filtered_;
    exclude_days();
    return std::move(query_);
  }

 private:
  // What stands before the next item.
  struct Pending {
    Occurrence occurrence = Occurrence::normal;
    bool alternative = false;  // after ODER
    std::optional<Field> field;
    std::optional<Field> other_field;  // or this one
  };

  std::size_t after_spaces(std::size_t at) const {
    std::size_t width = 0;
    while (at < text_.size() && (width = space_at(text_, at)) > 0) at += width;
    return at;
  }
  void skip_spaces() { at_ = after_spaces(at_); }

  std::string_view run() const {
    std::size_t end = at_;
    while (end < text_.size() && space_at(text_, end) == 0) ++end;
    return text_.substr(at_, end - at_);
  }

  bool take_operator(std::string_view word) {
    if (word == "UND" || word == "AND") {
      require_last();
      pending_ = {Occurrence::required, false, {}, {}};
    } else if (word == "ODER" || word == "OR") {
      pending_ = {Occurrence::normal, !query_.clauses.empty(), {}, {}};
    } else if (word == "NICHT" || word == "NOT") {
      pending_ = {Occurrence::excluded, false, {}, {}};
    } else {
      return false;
    }
    at_ += word.size();
    return true;
  }

  void require_last() {
    if (query_.clauses.empty()) return;
    Occurrence& last = query_.clauses.back().occurrence;
    if (last == Occurrence::normal) last = Occurrence::required;
  }

  void parse_item() {
    if (take_operator(run())) return;
    take_sign();
    take_opening_brackets();
    if (take_filter()) return;
    take_field();
    if (at_ == text_.size() || space_at(text_, at_) > 0) return;  // "betreff: Kanal"
    const Pending before = std::exchange(pending_, {});
    if (!take_phrase(before) && !take_iban(before)) {
      const std::string_view chunk = run();
      at_ += chunk.size();
      add_chunk(chunk, before);
    }
  }

  // A sign only counts directly before what it is about: "a - b" has none.
  void take_sign() {
    const char sign = text_[at_];
    if ((sign != '+' && sign != '-') || at_ + 1 == text_.size() || space_at(text_, at_ + 1) > 0) {
      return;
    }
    pending_ = {sign == '+' ? Occurrence::required : Occurrence::excluded, false, {}, {}};
    ++at_;
  }

  void take_opening_brackets() {
    while (at_ < text_.size() && (text_[at_] == '(' || text_[at_] == '[')) ++at_;
  }

  void take_field() {
    const std::string_view chunk = run();
    const std::size_t colon = chunk.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = chunk.substr(0, colon);
    const FieldName* const field = field_named(name);
    if (field == nullptr || (filter_named(name) && is_number_at(at_ + colon + 1))) return;
    pending_.field = field->field;
    pending_.other_field = field->other;
    at_ += colon + 1;
  }

  // "from:31.2.2026" is meant as a day, though there is none.
  bool is_number_at(std::size_t at) const {
    at = after_spaces(at);
    return at < text_.size() && text_[at] >= '0' && text_[at] <= '9';
  }

  // A place, and where what stands there ends.
  struct Value {
    std::string_view text;
    std::size_t end = 0;
  };
  // What stands at a place up to white space, or in quotes; nothing where those do not end.
  Value value_at(std::size_t begin) const {
    if (begin == text_.size()) return {};
    if (text_[begin] != '"') {
      std::size_t end = begin;
      while (end < text_.size() && space_at(text_, end) == 0) ++end;
      return {text_.substr(begin, end - begin), end};
    }
    const std::size_t close = text_.find('"', begin + 1);
    if (close == std::string_view::npos) return {};
    return {text_.substr(begin + 1, close - begin - 1), close + 1};
  }

  // "art:Rechnung", "art: Rechnung", "status:\"in Arbeit\"". False where it is none, or has no
  // value that there is.
  bool take_filter() {
    const std::string_view chunk = run();
    const std::size_t colon = chunk.find(':');
    if (colon == std::string_view::npos) return false;
    const auto name = filter_named(chunk.substr(0, colon));
    if (!name) return false;
    std::size_t begin = at_ + colon + 1;
    const bool is_apart = colon + 1 == chunk.size();
    if (is_apart) begin = after_spaces(begin);
    auto [value, end] = value_at(begin);
    if (end == 0) return false;
    while (!value.empty() && (value.back() == ')' || value.back() == ',')) value.remove_suffix(1);
    const auto filter = value.empty() ? std::nullopt : read_filter(*name, value, filter_words_);
    const bool is_day = *name == FilterName::from || *name == FilterName::to;
    if (!filter && (is_day || !filter_words_.empty() || is_apart)) return false;
    const bool excluded = std::exchange(pending_, {}).occurrence == Occurrence::excluded;
    at_ = end;
    filtered_ = true;
    if (filter) std::visit([&](const auto& typed) { add_filter(typed, excluded); }, *filter);
    return true;
  }

  void add_filter(QueryFilter filter, bool excluded) {
    filter.excluded = excluded;
    query_.filters.push_back(std::move(filter));
    ++words_;
  }
  void add_filter(const FirstDay& first, bool excluded) {
    if (!excluded) {
      query_.from = first.day;
    } else {
      excluded_from_ = std::min(first.day, excluded_from_.value_or(first.day));
    }
  }
  void add_filter(const LastDay& last, bool excluded) {
    if (!excluded) {
      query_.to = last.day;
    } else {
      excluded_to_ = std::max(last.day, excluded_to_.value_or(last.day));
    }
  }

  // What is excluded from a day on ends before it, whatever else was typed; likewise up to a day.
  void exclude_days() {
    using std::chrono::days, std::chrono::sys_days;
    if (excluded_from_) {
      const Date last{sys_days{*excluded_from_} - days{1}};
      query_.to = std::min(last, query_.to.value_or(last));
    }
    if (excluded_to_) {
      const Date first{sys_days{*excluded_to_} + days{1}};
      query_.from = std::max(first, query_.from.value_or(first));
    }
  }

  bool take_phrase(const Pending& before) {
    if (text_[at_] != '"') return false;
    const std::size_t close = text_.find('"', at_ + 1);
    if (close == std::string_view::npos) {
      ++at_;  // never closed: an inch sign, or still being typed
      pending_ = before;
      return true;
    }
    const std::string_view quoted = text_.substr(at_ + 1, close - at_ - 1);
    const auto iban = iban_at(quoted, 0);
    QueryItem item{Kind::phrase, before.field, {}};
    if (iban && iban->end == quoted.size()) {
      item.kind = Kind::word;
      item.words = {word_of(*iban)};
    } else {
      item.words = analyse(quoted);
    }
    at_ = close + 1;
    // Who quotes means it: a phrase is never traded for other words.
    Pending meant = before;
    if (meant.occurrence == Occurrence::normal) meant.occurrence = Occurrence::required;
    if (!item.words.empty()) add(item, meant);
    return true;
  }

  // "DE89 3704 0044 0532 0130 00": one word, as if it were written together.
  bool take_iban(const Pending& before) {
    const auto iban = iban_at(text_, at_);
    if (!iban) return false;
    at_ = iban->end;
    add({Kind::word, before.field, {word_of(*iban)}}, before);
    return true;
  }

  QueryWord word_of(const Iban& iban) {
    ++words_;
    return {iban.joined, {}, {}, false};
  }

  std::vector<QueryWord> analyse(std::string_view chunk) {
    std::vector<QueryWord> words;
    analyzer_.start(chunk);
    Token token;
    while (analyzer_.next(token)) {
      if (words_ == query_words_max) {
        query_.shortened = true;
        break;
      }
      QueryWord word{token.exact, {}, {}, token.section};
      if (!token.has_digit) {
        word.stem = analyzer_.stem(token.exact);
        word.parts = analyzer_.single_parts(token.exact);
      }
      words.push_back(std::move(word));
      ++words_;
    }
    return words;
  }

  // "§ 36" and "§36": the sign belongs to the number after it.
  std::string_view with_section_number(std::string_view chunk) {
    const bool only_signs = chunk == "§" || chunk == "§§";
    if (!only_signs) return chunk;
    const std::size_t begin = at_ - chunk.size();
    skip_spaces();
    at_ += run().size();
    return text_.substr(begin, at_ - begin);
  }

  void add_chunk(std::string_view chunk, const Pending& before) {
    chunk = with_section_number(chunk);
    const bool starred = chunk.ends_with('*') && beginnings_ < query_beginnings_max;
    std::vector<QueryWord> words = analyse(chunk);
    if (words.empty()) return;
    std::optional<QueryItem> prefix;
    if (starred && count_code_points(words.back().exact) >= prefix_code_points_min) {
      prefix = QueryItem{Kind::prefix, before.field, {std::move(words.back())}};
      words.pop_back();
      ++beginnings_;
    }
    if (is_code(chunk) || before.alternative || before.occurrence == Occurrence::excluded) {
      if (!words.empty()) {
        const Kind kind = words.size() == 1 ? Kind::word : Kind::phrase;
        add({kind, before.field, std::move(words)}, before);
      }
    } else {
      for (QueryWord& word : words) add({Kind::word, before.field, {std::move(word)}}, before);
    }
    if (prefix) add(*prefix, before);
  }

  static bool is_code(std::string_view chunk) {
    return chunk.find_first_of("0123456789@") != std::string_view::npos;
  }

  void add(const QueryItem& item, const Pending& before) {
    if (!before.alternative) query_.clauses.push_back({before.occurrence, {}});
    std::vector<QueryItem>& alternatives = query_.clauses.back().alternatives;
    alternatives.push_back(item);
    if (!before.other_field) return;
    // Looked for in two places, it counts twice.
    const std::size_t beginnings = item.kind == Kind::prefix ? 1 : 0;
    if (words_ + item.words.size() > query_words_max ||
        beginnings_ + beginnings > query_beginnings_max) {
      query_.shortened = true;
      return;
    }
    words_ += item.words.size();
    beginnings_ += beginnings;
    alternatives.push_back(item);
    alternatives.back().field = before.other_field;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t words_ = 0;
  std::size_t beginnings_ = 0;
  std::span<const FilterWord> filter_words_;
  bool filtered_ = false;
  std::optional<Date> excluded_from_;  // the earliest
  std::optional<Date> excluded_to_;    // the latest
  Pending pending_;
  Query query_;
  Analyzer analyzer_;
};

}  // namespace

Query parse_query(std::string_view text, std::span<const FilterWord> words) {
  std::string mended;
  if (!is_valid_utf8(text)) {
    mended = replace_ill_formed(text);
    text = mended;
  }
  const std::string_view meant = beginning_of(text);
  Query query = Parser(meant, words).parse();
  query.shortened |= meant.size() < text.size();
  return query;
}

}  // namespace dms::search
